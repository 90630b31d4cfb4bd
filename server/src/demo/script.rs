//! Reads the conversation scripts; `server/demo/README.md` says how one is written.

use super::Parsed;
use super::staff::locale;
use domain::staff::Locale;

/// One conversation as it could go.
#[derive(Debug)]
pub(super) struct Script {
    pub(super) id: String,
    pub(super) locale: Locale,
    /// Counties and sub-counties it belongs to; everywhere when empty.
    pub(super) places: Vec<String>,
    pub(super) lines: Vec<Line>,
}

/// One message as it could be said.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub(super) voice: Voice,
    /// Said only half of the time, together with the optional lines it touches.
    pub(super) optional: bool,
    /// Minutes since the line before, when the script insists.
    pub(super) wait: Option<i64>,
    pub(super) text: String,
}

/// Who speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Voice {
    Farmer,
    Officer,
}

/// `where:` of the scripts for farmers without a ward.
pub(super) const UNKNOWN: &str = "unknown";

/// All scripts.
pub(super) fn library() -> Parsed<Vec<Script>> {
    const FILES: [&str; 8] = [
        include_str!("../../demo/scripts/maize.txt"),
        include_str!("../../demo/scripts/potatoes_vegetables.txt"),
        include_str!("../../demo/scripts/dairy.txt"),
        include_str!("../../demo/scripts/poultry_fish.txt"),
        include_str!("../../demo/scripts/inputs_soil_weather.txt"),
        include_str!("../../demo/scripts/cash_crops_fruit.txt"),
        include_str!("../../demo/scripts/markets_groups.txt"),
        include_str!("../../demo/scripts/unknown.txt"),
    ];
    let mut scripts = Vec::new();
    for file in FILES {
        scripts.extend(parse(file)?);
    }
    Ok(scripts)
}

fn parse(text: &str) -> Parsed<Vec<Script>> {
    let mut scripts: Vec<Script> = Vec::new();
    for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        if let Some(id) = line.strip_prefix("== ") {
            let (id, places, lines) = (id.to_owned(), Vec::new(), Vec::new());
            scripts.push(Script { id, locale: Locale::En, places, lines });
            continue;
        }
        let script = scripts.last_mut().ok_or(format!("{line}: before the first script"))?;
        let (head, rest) = line.split_once(": ").ok_or(format!("{line}: no colon"))?;
        match head {
            "lang" => script.locale = locale(rest)?,
            "where" => {
                script.places = rest.split(',').map(|place| place.trim().to_owned()).collect();
            }
            _ => script.lines.push(spoken(head, rest)?),
        }
    }
    Ok(scripts)
}

/// `F`, `S?`, `F +5d`: who speaks, whether always, and how much later.
fn spoken(head: &str, text: &str) -> Parsed<Line> {
    let (who, wait) = match head.split_once(" +") {
        Some((who, wait)) => (who, Some(span(wait).ok_or(format!("{head}: unknown time"))?)),
        None => (head, None),
    };
    let voice = match who.trim_end_matches('?') {
        "F" => Voice::Farmer,
        "S" => Voice::Officer,
        _ => return Err(format!("{head}: nobody of that name")),
    };
    Ok(Line { voice, optional: who.ends_with('?'), wait, text: text.to_owned() })
}

fn span(text: &str) -> Option<i64> {
    let unit = match text.chars().last()? {
        'm' => 1,
        'h' => 60,
        'd' => 24 * 60,
        _ => return None,
    };
    Some(text[..text.len() - 1].parse::<i64>().ok()? * unit)
}

#[cfg(test)]
mod tests {
    use super::{Voice, parse};

    #[test]
    fn a_script_is_read_line_by_line() {
        let text = "# note\n== a\nlang: sw\nwhere: Molo, Njoro\nF: Habari: leo\nS? +2h: Njema\n";
        let script = parse(text).unwrap().remove(0);
        assert_eq!(script.places, ["Molo", "Njoro"]);
        assert_eq!(script.lines[0].text, "Habari: leo");
        assert_eq!((script.lines[0].optional, script.lines[0].wait), (false, None));
        assert_eq!(script.lines[1].voice, Voice::Officer);
        assert_eq!((script.lines[1].optional, script.lines[1].wait), (true, Some(120)));
    }

    #[test]
    fn a_line_of_an_unknown_kind_is_refused() {
        assert!(parse("== a\nX: who am I\n").is_err());
        assert!(parse("== a\nF +2w: late\n").is_err());
        assert!(parse("F: too early\n").is_err());
    }
}
