//! The areas within reach as a tree to choose from.

use crate::areas::api::within_reach;
use crate::tickets::place::use_place;
use crate::tickets::words;
use crate::ui::{Choice, Select};
use domain::areas::{Area, AreaLevel};
use domain::id::AreaId;
use leptos::prelude::*;

/// One step of the tree, in spaces that options keep.
const INDENT: &str = "\u{2003}";

/// The area that the list is of.
#[component]
pub(super) fn WardSelect() -> impl IntoView {
    let areas = Resource::new_blocking(|| (), |()| within_reach());
    let select = move || {
        Suspend::new(async move {
            let areas = ordered(areas.await.unwrap_or_default());
            view! { <Tree areas /> }
        })
    };
    view! { <Transition fallback=|| view! { <Tree areas=Vec::new() /> }>{select}</Transition> }
}

/// The select itself.
#[component]
fn Tree(areas: Vec<(usize, Area)>) -> impl IntoView {
    let place = use_place();
    let is = move |area: Option<AreaId>| {
        Signal::derive(move || place.filter.with(|filter| filter.ward) == area)
    };
    let options = areas.into_iter().map(move |(depth, area)| {
        let label = format!("{}{}", INDENT.repeat(depth), area.name);
        view! { <Choice value=area.id.to_string() label chosen=is(Some(area.id)) /> }
    });
    view! {
        <Select name="ward" label=words::WARD>
            <Choice value="" label=words::ALL_WARDS chosen=is(None) />
            {options.collect_view()}
        </Select>
    }
}

/// Each area directly below its parent, with its depth. The country is left out: all wards are its.
fn ordered(mut areas: Vec<Area>) -> Vec<(usize, Area)> {
    areas.retain(|area| area.level != AreaLevel::Country);
    let known: Vec<AreaId> = areas.iter().map(|area| area.id).collect();
    let has_parent = |area: &Area| area.parent_id.is_some_and(|parent| known.contains(&parent));
    let (mut below, tops): (Vec<Area>, Vec<Area>) = areas.into_iter().partition(has_parent);
    let mut open: Vec<(usize, Area)> = tops.into_iter().rev().map(|area| (0, area)).collect();
    let mut tree = Vec::new();
    while let Some((depth, area)) = open.pop() {
        let children: Vec<Area> =
            below.extract_if(.., |other| other.parent_id == Some(area.id)).collect();
        open.extend(children.into_iter().rev().map(|child| (depth + 1, child)));
        tree.push((depth, area));
    }
    tree
}

#[cfg(test)]
mod tests {
    use super::*;

    fn area(id: i64, parent: Option<i64>, level: AreaLevel, name: &str) -> Area {
        Area { id: AreaId(id), parent_id: parent.map(AreaId), level, name: name.to_owned() }
    }

    #[test]
    fn children_stand_below_their_parent_and_the_country_is_left_out() {
        let areas = vec![
            area(1, None, AreaLevel::Country, "Kenya"),
            area(2, Some(1), AreaLevel::Region, "Kakamega"),
            area(3, Some(1), AreaLevel::Region, "Nakuru"),
            area(4, Some(3), AreaLevel::District, "Molo"),
            area(5, Some(2), AreaLevel::District, "Malava"),
            area(6, Some(4), AreaLevel::Ward, "Elburgon"),
        ];
        let names: Vec<(usize, String)> =
            ordered(areas).into_iter().map(|(depth, area)| (depth, area.name)).collect();
        let names: Vec<(usize, &str)> = names.iter().map(|(d, n)| (*d, n.as_str())).collect();
        let tree = [(0, "Kakamega"), (1, "Malava"), (0, "Nakuru"), (1, "Molo"), (2, "Elburgon")];
        assert_eq!(names, tree);
    }

    #[test]
    fn an_officers_own_areas_are_the_tops() {
        let areas = vec![area(6, Some(4), AreaLevel::Ward, "Elburgon")];
        assert_eq!(ordered(areas).len(), 1);
    }
}
