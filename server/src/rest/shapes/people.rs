//! The shapes of areas, staff and customers.

use utoipa::ToSchema;

/// How high an area stands.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub enum AreaLevel {
    /// The root.
    Country,
    /// Below the country.
    Region,
    /// Below a region.
    District,
    /// Where farmers live.
    Ward,
}

/// One node of the tree.
#[derive(ToSchema)]
pub struct Area {
    /// Its id.
    pub id: i64,
    /// `null` for the root.
    #[schema(required)]
    pub parent_id: Option<i64>,
    /// How high it stands.
    pub level: AreaLevel,
    /// The name people know it by.
    pub name: String,
}

/// One node with what is around it.
#[derive(ToSchema)]
pub struct AreaDetail {
    /// Its id.
    pub id: i64,
    /// `null` for the root.
    #[schema(required)]
    pub parent_id: Option<i64>,
    /// How high it stands.
    pub level: AreaLevel,
    /// The name people know it by.
    pub name: String,
    /// From the root down to its parent.
    pub path: Vec<Area>,
    /// Its direct children, by name.
    pub children: Vec<Area>,
    /// How many wards lie at or below it.
    pub ward_count: i64,
}

/// What a member of staff may do.
#[derive(ToSchema)]
pub enum Role {
    /// Sees and does everything.
    #[schema(rename = "admin")]
    Admin,
    /// Works in the areas assigned to them and all below.
    #[schema(rename = "eo")]
    Officer,
}

/// A language of the screens.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
pub enum Locale {
    /// English.
    En,
    /// Swahili.
    Sw,
}

/// A member of staff as they see themselves.
#[derive(ToSchema)]
pub struct Profile {
    /// Their id.
    pub id: i64,
    /// What they sign in with.
    pub email: String,
    /// First and last name.
    pub full_name: String,
    /// In international form, when there is one.
    #[schema(required)]
    pub phone_number: Option<String>,
    /// What they may do.
    pub user_type: Role,
    /// The areas assigned to them.
    pub areas: Vec<Area>,
    /// Whether they have been through the first steps.
    pub onboarded: bool,
    /// The language of their screens.
    pub locale: Locale,
}

/// What a person may change of their own profile.
#[derive(ToSchema)]
pub struct ProfileChange {
    /// First and last name.
    pub full_name: Option<String>,
    /// In international form.
    pub phone_number: Option<String>,
    /// The language of their screens.
    pub locale: Option<Locale>,
}

/// Somebody to be invited.
#[derive(ToSchema)]
pub struct NewMember {
    /// What they will sign in with.
    pub email: String,
    /// First and last name.
    pub full_name: String,
    /// What they may do.
    pub role: Role,
    /// The areas assigned to them, by id; at most 100. None when left out.
    pub areas: Option<Vec<i64>>,
    /// The language of their screens; `en` when left out.
    pub locale: Option<Locale>,
}

/// What somebody does, and where.
#[derive(ToSchema)]
pub struct Duties {
    /// What they may do.
    pub role: Role,
    /// All areas assigned to them from now on, by id; at most 100.
    pub areas: Vec<i64>,
}

/// What somebody accepts an invitation with.
#[derive(ToSchema)]
pub struct Acceptance {
    /// What stands in the link behind `/invitation/`.
    pub token: String,
    /// The password they choose: 10 to 200 characters, not their e-mail address.
    pub password: String,
    /// What the device calls itself.
    pub device_name: Option<String>,
}

/// A farmer.
#[derive(ToSchema)]
pub struct Customer {
    /// Their id.
    pub id: i64,
    /// First and last name, or what the channel calls them.
    pub full_name: String,
    /// In international form, unique.
    pub phone_number: String,
    /// Their ward; `null` until somebody places them.
    #[schema(required)]
    pub ward_id: Option<i64>,
    /// The ward's name.
    #[schema(required)]
    pub ward_name: Option<String>,
    /// The language they write in.
    pub locale: Locale,
    /// When they first wrote.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// Grows with every change.
    pub version: i64,
}

/// What staff may change of a customer.
#[derive(ToSchema)]
pub struct CustomerChange {
    /// First and last name.
    pub full_name: Option<String>,
    /// Their ward. The open ticket moves with them.
    pub ward_id: Option<i64>,
    /// The language they write in.
    pub locale: Option<Locale>,
}
