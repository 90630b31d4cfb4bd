//! A tree of areas as text: CSV with one path per line, from the country down to a ward.
//!
//! Fields may be quoted as RFC 4180 has it, but end on their line. Blank lines and lines that begin
//! with `#` are skipped.

use super::AreaLevel;
use crate::tickets::text;

/// The longest text that is read, in bytes.
pub const BYTES_MAX: usize = 5_000_000;

/// The names from a country down to one of the areas below it: one to four, each as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AreaPath(Vec<String>);

impl AreaPath {
    /// Each area of the path with its level, from the country down.
    pub fn steps(&self) -> impl Iterator<Item = (AreaLevel, &str)> {
        AreaLevel::DOWNWARDS.into_iter().zip(self.0.iter().map(String::as_str))
    }
}

/// A line that can't be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {what_to_do}")]
pub struct BadLine {
    /// Counted from one.
    pub line: usize,
    /// A sentence.
    pub what_to_do: String,
}

/// Reads the whole text, or says which line is the first that can't be read.
pub fn parse(text: &str) -> Result<Vec<AreaPath>, BadLine> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let lines = (1..).zip(text.lines().map(str::trim));
    let filled = lines.filter(|(_, text)| !text.is_empty() && !text.starts_with('#'));
    filled
        .map(|(line, text)| path(text).map_err(|what_to_do| BadLine { line, what_to_do }))
        .collect()
}

fn path(line: &str) -> Result<AreaPath, String> {
    let names = fields(line)?;
    if names.len() > AreaLevel::DOWNWARDS.len() {
        return Err("Give at most four names: country, region, district, ward.".to_owned());
    }
    let name = |field: String| {
        text::name("name", &field).map_err(|_| {
            let most = text::NAME_CHARS_MAX;
            format!("Give each area a name of 1 to {most} characters, and no comma at the end.")
        })
    };
    names.into_iter().map(name).collect::<Result<_, _>>().map(AreaPath)
}

fn fields(line: &str) -> Result<Vec<String>, String> {
    let mut found = Vec::new();
    let mut rest = line;
    loop {
        let (field, behind) = match rest.trim_start().strip_prefix('"') {
            Some(inside) => quoted(inside)?,
            None => plain(rest)?,
        };
        found.push(field);
        match behind {
            Some(next) => rest = next,
            None => return Ok(found),
        }
    }
}

/// A field, and what stands behind the comma after it.
type Field<'a> = (String, Option<&'a str>);

fn plain(rest: &str) -> Result<Field<'_>, String> {
    let (field, behind) =
        rest.split_once(',').map_or((rest, None), |(field, behind)| (field, Some(behind)));
    if field.contains('"') {
        return Err("Put a name with quotes into quotes and double those inside.".to_owned());
    }
    Ok((field.to_owned(), behind))
}

fn quoted(inside: &str) -> Result<Field<'_>, String> {
    let mut field = String::new();
    let mut rest = inside;
    loop {
        let (piece, behind) =
            rest.split_once('"').ok_or("Close the quotes on the line that opens them.")?;
        field.push_str(piece);
        if let Some(more) = behind.strip_prefix('"') {
            field.push('"');
            rest = more;
            continue;
        }
        let behind = behind.trim_start();
        return match behind.strip_prefix(',') {
            Some(next) => Ok((field, Some(next))),
            None if behind.is_empty() => Ok((field, None)),
            None => Err("Put a comma behind the closing quotes.".to_owned()),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<Vec<String>> {
        parse(text).unwrap().into_iter().map(|path| path.0).collect()
    }

    #[test]
    fn a_line_is_a_path_and_blank_lines_and_comments_are_none() {
        let text = "\u{feff}# country, county\r\n\r\nKenya, Nakuru ,Molo,Elburgon\r\nKenya\n";
        let molo = ["Kenya", "Nakuru", "Molo", "Elburgon"].map(str::to_owned).to_vec();
        assert_eq!(names(text), [molo, vec!["Kenya".to_owned()]]);
        assert_eq!(
            parse("Kenya,Nakuru").unwrap()[0].steps().last(),
            Some((AreaLevel::Region, "Nakuru"))
        );
    }

    #[test]
    fn a_quoted_name_may_hold_commas_and_quotes() {
        let read = names("\"Kenya\" , \"Nakuru, \"\"the\"\" county\",Molo");
        assert_eq!(read, [["Kenya", "Nakuru, \"the\" county", "Molo"].map(str::to_owned)]);
    }

    #[test]
    fn a_line_that_can_not_be_read_is_named_by_its_number() {
        let long = format!("Kenya,{}", "x".repeat(121));
        for wrong in
            ["a,b,c,d,e", "Kenya,,Molo", "Kenya,", "\"Kenya", "Ke\"nya", "\"Kenya\"n", &long]
        {
            let text = format!("# areas\nKenya\n{wrong}\nUganda");
            assert_eq!(parse(&text).unwrap_err().line, 3, "{wrong}");
        }
        assert!(parse(&format!("Kenya,{}", "ü".repeat(120))).is_ok());
    }
}
