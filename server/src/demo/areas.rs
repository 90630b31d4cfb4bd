//! Reads the area tree, and answers who lies in what.

use super::Parsed;
use domain::areas::AreaLevel;
use domain::demo::DemoArea;

/// How many farmers live in which ward.
pub(super) type Homes = Vec<(usize, usize)>;

/// The tree from its indented text, two spaces a level, parents before children.
pub(super) fn parse(text: &str) -> Parsed<(Vec<DemoArea>, Homes)> {
    let mut areas: Vec<DemoArea> = Vec::new();
    let mut homes = Homes::new();
    let mut path: Vec<usize> = Vec::new();
    for line in text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#')) {
        let depth = (line.len() - line.trim_start().len()) / 2;
        if depth > path.len() {
            return Err(format!("{line}: jumps over a level"));
        }
        path.truncate(depth);
        let level = match depth {
            0 => AreaLevel::Country,
            1 => AreaLevel::Region,
            2 => AreaLevel::District,
            3 => AreaLevel::Ward,
            _ => return Err(format!("{line}: below a ward")),
        };
        let mut name = line.trim();
        if level == AreaLevel::Ward {
            let (ward, count) = name.rsplit_once(' ').ok_or(format!("{line}: no number"))?;
            homes.push((areas.len(), count.parse().map_err(|_| format!("{line}: no number"))?));
            name = ward;
        }
        areas.push(DemoArea { parent: path.last().copied(), level, name: name.to_owned() });
        path.push(areas.len() - 1);
    }
    Ok((areas, homes))
}

/// The area that `county/sub-county/ward` leads to; shorter paths end higher. Wards with a slash of
/// their own can't be reached.
pub(super) fn find(areas: &[DemoArea], path: &str) -> Parsed<usize> {
    let mut at = 0;
    for name in path.split('/') {
        at = (0..areas.len())
            .find(|&index| areas[index].parent == Some(at) && areas[index].name == name)
            .ok_or(format!("{path}: no such area"))?;
    }
    Ok(at)
}

/// The area and everything above it, from below.
pub(super) fn upwards(areas: &[DemoArea], from: usize) -> impl Iterator<Item = usize> {
    std::iter::successors(Some(from), |&index| areas[index].parent)
}

/// The name of the area at `level` that holds `from`; empty when there is none.
pub(super) fn name_at(areas: &[DemoArea], from: usize, level: AreaLevel) -> &str {
    upwards(areas, from)
        .find(|&index| areas[index].level == level)
        .map_or("", |index| areas[index].name.as_str())
}

#[cfg(test)]
mod tests {
    use super::{find, name_at, parse};
    use domain::areas::AreaLevel;

    #[test]
    fn a_path_leads_to_the_ward_of_that_sub_county() {
        let text = "Kenya\n  A\n    North\n      Market 2\n    South\n      Market 3\n";
        let (areas, homes) = parse(text).unwrap();
        let ward = find(&areas, "A/South/Market").unwrap();
        assert_eq!(name_at(&areas, ward, AreaLevel::District), "South");
        assert_eq!(homes, [(3, 2), (5, 3)]);
        assert!(find(&areas, "A/West").is_err());
    }

    #[test]
    fn a_line_out_of_step_is_refused() {
        assert!(parse("Kenya\n    Molo\n").is_err());
        assert!(parse("Kenya\n  A\n    B\n      Ward without number\n").is_err());
    }
}
