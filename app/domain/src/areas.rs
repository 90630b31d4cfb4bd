//! The area tree: country, region, district, ward. Rights follow it downwards.

pub mod import;

use crate::id::{AreaId, UserId};
use crate::store::Stored;
use async_trait::async_trait;
use import::AreaPath;
use serde::{Deserialize, Serialize};

/// The most areas assigned to one person.
pub const AREAS_MAX: usize = 100;

/// How high an area stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AreaLevel {
    /// The root.
    Country,
    /// A county, in Kenya.
    Region,
    /// A sub-county, in Kenya.
    District,
    /// Where farmers live: tickets belong to wards.
    Ward,
}

impl AreaLevel {
    /// Every level, from the root down.
    pub const DOWNWARDS: [Self; 4] = [Self::Country, Self::Region, Self::District, Self::Ward];

    /// The word that the database and the wire use.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Country => "country",
            Self::Region => "region",
            Self::District => "district",
            Self::Ward => "ward",
        }
    }

    /// From the word that the database and the wire use.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::DOWNWARDS.into_iter().find(|level| level.as_str() == word)
    }
}

/// One node of the tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Area {
    /// Its id.
    pub id: AreaId,
    /// `None` for the root.
    pub parent_id: Option<AreaId>,
    /// How high it stands.
    pub level: AreaLevel,
    /// The name people know it by.
    pub name: String,
}

/// One node with what is around it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AreaDetail {
    /// The node itself.
    #[serde(flatten)]
    pub area: Area,
    /// From the root down to its parent.
    pub path: Vec<Area>,
    /// Its direct children, by name.
    pub children: Vec<Area>,
    /// How many wards lie at or below it.
    pub ward_count: i64,
}

/// What became of the areas of an import, each counted once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AreasAdded {
    /// They are new.
    pub added: usize,
    /// They were there.
    pub known: usize,
}

/// Who covers what: the input of the audience index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coverage {
    /// All admins, in service or not.
    pub admins: Vec<UserId>,
    /// For everybody with assignments, in service or not, each ward at or below an assigned area.
    pub wards: Vec<(UserId, AreaId)>,
    /// Who is deactivated: they hear nothing, but get their wards back when they return.
    pub disabled: Vec<UserId>,
}

/// The tree in the database.
#[async_trait]
pub trait AreaStore {
    /// The direct children of `parent`, by name; the roots for `None`.
    async fn areas_below(&self, parent: Option<AreaId>) -> Stored<Vec<Area>>;

    /// One node with its path and children.
    async fn area(&self, id: AreaId) -> Stored<Option<AreaDetail>>;

    /// The ids of all wards at or below `id`, ascending; `id` itself when it is a ward.
    async fn wards_below(&self, id: AreaId) -> Stored<Vec<AreaId>>;

    /// The areas an officer is assigned to, by level and name.
    async fn areas_of(&self, user: UserId) -> Stored<Vec<Area>>;

    /// Every node a person may filter by: for an admin the whole tree, for an officer the areas
    /// assigned to them and all below. Parents come before their children.
    async fn areas_within_reach(&self, user: UserId) -> Stored<Vec<Area>>;

    /// Whether `user` is an officer in service one of whose areas is `ward` or lies above it.
    async fn covers(&self, user: UserId, ward: AreaId) -> Stored<bool>;

    /// Adds the areas of these paths that are not there yet; an area is known by its name and the one
    /// above it. Appends `access_granted` for officers whose areas hold wards that are new.
    async fn add_areas(&self, paths: &[AreaPath]) -> Stored<AreasAdded>;

    /// All coverage, for the audience index of a node.
    async fn coverage(&self) -> Stored<Coverage>;
}
