//! A statement and its values, in one form for both engines.
//!
//! Both take `$1` placeholders and, kept to their common part, the same SQL. Where they differ a text
//! holds one of these words, which is replaced when the statement is run:
//!
//! | word | SQLite | PostgreSQL |
//! |---|---|---|
//! | `{now}` | its clock, in milliseconds | its clock, in milliseconds |
//! | `{lock}` | nothing: there is one writer | `FOR NO KEY UPDATE` |
//!
//! The lock leaves foreign keys alone: inserting a message must not wait for whoever changes its
//! author's rights.

use domain::id::{
    AreaId, CustomerId, EventId, MessageId, SecurityEventId, SessionId, TicketId, UserId,
};
use domain::time::Timestamp;
use sqlx::error::BoxDynError;
use sqlx::postgres::PgArguments;
use sqlx::sqlite::SqliteArguments;
use sqlx::{Arguments, Encode, FromRow, Type};
use std::borrow::Cow;
use uuid::Uuid;

/// How many values a statement with many rows carries at most. The engines' limits are far above, but
/// SQLite finds each placeholder by walking along all of them.
pub(crate) const VALUES_MAX: usize = 1_200;

/// A row that both engines can give.
pub(crate) trait Row:
    for<'r> FromRow<'r, sqlx::sqlite::SqliteRow>
    + for<'r> FromRow<'r, sqlx::postgres::PgRow>
    + Send
    + Unpin
{
}

impl<T> Row for T where
    T: for<'r> FromRow<'r, sqlx::sqlite::SqliteRow>
        + for<'r> FromRow<'r, sqlx::postgres::PgRow>
        + Send
        + Unpin
{
}

/// A value of a statement. `None` is NULL of that type: PostgreSQL wants to know which.
#[derive(Debug, Clone)]
pub(crate) enum Value {
    /// Ids, times, counts and versions.
    Number(Option<i64>),
    /// Words and texts.
    Text(Option<String>),
    /// A truth.
    Flag(bool),
    /// A session's id.
    Uuid(Option<Uuid>),
}

/// A statement and its values.
#[derive(Debug, Clone)]
pub(crate) struct Sql {
    text: Cow<'static, str>,
    values: Vec<Value>,
    once: bool,
}

impl Sql {
    /// A statement without values so far.
    pub(crate) fn new(text: &'static str) -> Self {
        Self { text: Cow::Borrowed(text), values: Vec::new(), once: false }
    }

    /// Gives the next placeholder its value.
    pub(crate) fn bind(mut self, value: impl Into<Value>) -> Self {
        self.values.push(value.into());
        self
    }

    /// Goes on with more text.
    pub(crate) fn push(&mut self, text: &str) -> &mut Self {
        self.text.to_mut().push_str(text);
        self
    }

    /// Goes on with a placeholder for `value`.
    pub(crate) fn push_bind(&mut self, value: impl Into<Value>) -> &mut Self {
        self.values.push(value.into());
        let placeholder = format!("${}", self.values.len());
        self.push(&placeholder)
    }

    /// `head` followed by rows of values, in as few statements as [`VALUES_MAX`] allows.
    pub(crate) fn inserts<const N: usize>(head: &'static str, rows: &[[Value; N]]) -> Vec<Self> {
        let insert = |chunk: &[[Value; N]]| {
            let mut sql = Self::new(head).once();
            sql.push_rows(chunk.iter().cloned());
            sql
        };
        rows.chunks((VALUES_MAX / N).max(1)).map(insert).collect()
    }

    /// Goes on with `($1, $2), ($3, $4), …`.
    pub(crate) fn push_rows<const N: usize>(
        &mut self,
        rows: impl IntoIterator<Item = [Value; N]>,
    ) -> &mut Self {
        for (nth, row) in rows.into_iter().enumerate() {
            self.push(if nth == 0 { "(" } else { ", (" });
            self.push_list(row);
            self.push(")");
        }
        self
    }

    /// Goes on with `$1, $2, …`.
    pub(crate) fn push_list(&mut self, values: impl IntoIterator<Item = Value>) -> &mut Self {
        for (nth, value) in values.into_iter().enumerate() {
            if nth > 0 {
                self.push(", ");
            }
            self.push_bind(value);
        }
        self
    }

    /// Says that this text won't come again, so that no connection keeps it prepared.
    pub(crate) fn once(mut self) -> Self {
        self.once = true;
        self
    }

    /// Whether a connection should keep it prepared.
    pub(crate) fn persistent(&self) -> bool {
        !self.once
    }

    /// The text and the values as SQLite takes them.
    pub(crate) fn for_sqlite(self) -> Result<(Cow<'static, str>, SqliteArguments), BoxDynError> {
        const NOW: &str = "CAST(unixepoch('subsec') * 1000 AS INTEGER)";
        let values = arguments::<SqliteArguments>(self.values)?;
        Ok((dialect(self.text, NOW, ""), values))
    }

    /// The text and the values as PostgreSQL takes them.
    pub(crate) fn for_postgres(self) -> Result<(Cow<'static, str>, PgArguments), BoxDynError> {
        const NOW: &str = "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)";
        let values = arguments::<PgArguments>(self.values)?;
        Ok((dialect(self.text, NOW, "FOR NO KEY UPDATE"), values))
    }
}

fn dialect(text: Cow<'static, str>, now: &str, lock: &str) -> Cow<'static, str> {
    if text.contains('{') {
        Cow::Owned(text.replace("{now}", now).replace("{lock}", lock))
    } else {
        text
    }
}

fn arguments<A: Arguments>(values: Vec<Value>) -> Result<A, BoxDynError>
where
    for<'q> Option<i64>: Encode<'q, A::Database> + Type<A::Database>,
    for<'q> Option<String>: Encode<'q, A::Database> + Type<A::Database>,
    for<'q> Option<Uuid>: Encode<'q, A::Database> + Type<A::Database>,
    for<'q> bool: Encode<'q, A::Database> + Type<A::Database>,
{
    let mut arguments = A::default();
    for value in values {
        match value {
            Value::Number(number) => arguments.add(number)?,
            Value::Text(text) => arguments.add(text)?,
            Value::Flag(flag) => arguments.add(flag)?,
            Value::Uuid(id) => arguments.add(id)?,
        }
    }
    Ok(arguments)
}

macro_rules! numbers {
    ($($name:ident . $get:ident),+ $(,)?) => {$(
        impl From<$name> for Value {
            fn from(value: $name) -> Self {
                Self::Number(Some(value.$get()))
            }
        }

        impl From<Option<$name>> for Value {
            fn from(value: Option<$name>) -> Self {
                Self::Number(value.map(|value| value.$get()))
            }
        }
    )+};
}

numbers! {
    AreaId.get, CustomerId.get, EventId.get, MessageId.get, SecurityEventId.get, TicketId.get, UserId.get,
    Timestamp.millis,
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Number(Some(value))
    }
}

impl From<Option<i64>> for Value {
    fn from(value: Option<i64>) -> Self {
        Self::Number(value)
    }
}

impl From<u32> for Value {
    fn from(value: u32) -> Self {
        Self::Number(Some(i64::from(value)))
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Text(Some(value.to_owned()))
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::Text(Some(value))
    }
}

impl From<Option<&str>> for Value {
    fn from(value: Option<&str>) -> Self {
        Self::Text(value.map(ToOwned::to_owned))
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Flag(value)
    }
}

impl From<SessionId> for Value {
    fn from(value: SessionId) -> Self {
        Self::Uuid(Some(value.0))
    }
}

impl From<Option<SessionId>> for Value {
    fn from(value: Option<SessionId>) -> Self {
        Self::Uuid(value.map(|id| id.0))
    }
}

/// The pattern that finds `text` anywhere, whatever signs it holds: for
/// `LIKE $1 ESCAPE '\'`, with both sides in lower case.
pub(crate) fn contains(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len() + 2);
    pattern.push('%');
    for sign in text.trim().to_lowercase().chars() {
        if matches!(sign, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(sign);
    }
    pattern.push('%');
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_numbered_in_the_order_of_their_values() {
        let mut sql = Sql::new("SELECT $1 FROM t WHERE id IN (").bind(7_i64);
        sql.push_list([8_i64.into(), 9_i64.into()]).push(") AND x = ").push_bind("x");
        assert_eq!(sql.text, "SELECT $1 FROM t WHERE id IN ($2, $3) AND x = $4");
        assert_eq!(sql.values.len(), 4);
    }

    #[test]
    fn many_rows_become_as_few_statements_as_the_limit_allows() {
        let rows: Vec<[Value; 3]> = (0_i64..401).map(|n| [n.into(), n.into(), n.into()]).collect();
        let inserts = Sql::inserts("INSERT INTO t VALUES ", &rows);
        let sizes: Vec<usize> = inserts.iter().map(|sql| sql.values.len()).collect();
        assert_eq!(sizes, [1_200, 3]);
        assert_eq!(inserts[1].text, "INSERT INTO t VALUES ($1, $2, $3)");
    }

    #[test]
    fn a_search_text_finds_its_signs_literally() {
        assert_eq!(contains(" 50%_A\\ "), "%50\\%\\_a\\\\%");
    }
}
