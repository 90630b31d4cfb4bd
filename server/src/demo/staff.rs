//! Reads the staff, and answers who covers which ward.

use super::{Parsed, areas};
use domain::demo::{DemoArea, DemoStaff};
use domain::staff::{Locale, Role};

/// The staff from its table.
pub(super) fn parse(text: &str, tree: &[DemoArea]) -> Parsed<Vec<DemoStaff>> {
    text.lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| row(line, tree))
        .collect()
}

fn row(line: &str, tree: &[DemoArea]) -> Parsed<DemoStaff> {
    let cells: Vec<&str> = line.split('|').map(str::trim).collect();
    let [email, full_name, phone, role, language, places] = cells[..] else {
        return Err(format!("{line}: not six columns"));
    };
    let role = match role {
        "admin" => Role::Admin,
        "officer" => Role::Officer,
        _ => return Err(format!("{line}: unknown role")),
    };
    let places = places.split(',').map(str::trim).filter(|place| !place.is_empty());
    Ok(DemoStaff {
        email: email.to_owned(),
        full_name: full_name.to_owned(),
        phone_number: (!phone.is_empty()).then(|| phone.to_owned()),
        role,
        locale: locale(language)?,
        areas: places.map(|place| areas::find(tree, place)).collect::<Parsed<_>>()?,
    })
}

/// The language of a two-letter code.
pub(super) fn locale(code: &str) -> Parsed<Locale> {
    match code {
        "en" => Ok(Locale::En),
        "sw" => Ok(Locale::Sw),
        _ => Err(format!("{code}: unknown language")),
    }
}

/// Who may answer for a ward, and how likely: the nearer the officer, the likelier. A farmer without
/// a ward is the admins' business.
pub(super) fn answering(
    staff: &[DemoStaff],
    tree: &[DemoArea],
    ward: Option<usize>,
) -> Vec<(usize, usize)> {
    const BY_DISTANCE: [usize; 4] = [40, 16, 12, 1];
    let above: Vec<usize> =
        ward.map(|ward| areas::upwards(tree, ward).collect()).unwrap_or_default();
    let mut chosen = Vec::new();
    for (index, person) in staff.iter().enumerate() {
        let distance = above.iter().position(|area| person.areas.contains(area));
        let weight = match (person.role, distance) {
            (Role::Admin, _) => 1,
            (Role::Officer, Some(distance)) => BY_DISTANCE[distance.min(3)],
            (Role::Officer, None) => continue,
        };
        chosen.push((index, weight));
    }
    chosen
}
