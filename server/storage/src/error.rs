//! What a failed statement means: contention, or something broken.

use domain::store::StoreError;

/// What the database's error means to the caller of a port.
pub(crate) fn stored(error: sqlx::Error) -> StoreError {
    if is_contention(&error) { StoreError::Busy } else { StoreError::Broken(Box::new(error)) }
}

/// Whether a unique index refused a row.
pub(crate) fn is_unique_violation(error: &StoreError) -> bool {
    let StoreError::Broken(cause) = error else { return false };
    cause
        .downcast_ref::<sqlx::Error>()
        .and_then(sqlx::Error::as_database_error)
        .is_some_and(sqlx::error::DatabaseError::is_unique_violation)
}

/// A row says what can't be.
pub(crate) fn impossible(what: &str, found: impl std::fmt::Display) -> StoreError {
    StoreError::Inconsistent(format!("{what}: {found}"))
}

fn is_contention(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::PoolTimedOut => true,
        sqlx::Error::Database(cause) => {
            let code = cause.code().unwrap_or_default();
            if cause.try_downcast_ref::<sqlx::sqlite::SqliteError>().is_some() {
                // The low byte of an extended code is the plain one: SQLITE_BUSY, SQLITE_LOCKED.
                code.parse().is_ok_and(|code: u32| matches!(code & 0xff, 5 | 6))
            } else {
                // serialization_failure, deadlock_detected, lock_not_available, query_canceled
                // (by the limit on statements), too_many_connections.
                matches!(&*code, "40001" | "40P01" | "55P03" | "57014" | "53300")
            }
        }
        _ => false,
    }
}
