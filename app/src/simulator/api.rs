//! Server functions of the simulator. They answer in demo mode only; nobody has to be signed in,
//! for in demo mode the sign-in page hands out the passwords anyway.

use crate::client::KeptClient;
use crate::error::Problem;
use domain::customers::Customer;
use domain::id::CustomerId;
use domain::tickets::Message;
use leptos::prelude::*;
use server_fn::codec::Json;

/// How many customers the simulator offers.
pub const CUSTOMERS_SHOWN: u32 = 50;
/// How many messages of a conversation the simulated phone shows.
pub const MESSAGES_SHOWN: u32 = 50;

/// Some customers of the demo, by name: those whose name or number holds `q`.
#[server(prefix = "/fn", endpoint = "simulator/customers", input = Json, client = KeptClient)]
pub async fn customers(
    /// Part of a name or of a number.
    q: Option<String>,
) -> Result<Vec<Customer>, Problem> {
    use crate::ssr;
    use domain::{caller::Reach, customers::CustomerFilter};
    let desk = ssr::demo_desk()?;
    let q = q.filter(|q| !q.trim().is_empty());
    let filter = CustomerFilter { q, limit: Some(CUSTOMERS_SHOWN), ..CustomerFilter::default() };
    let page = desk.store.customers(Reach::Everything, &filter).await;
    Ok(ssr::answer(page.map_err(Into::into))?.items)
}

/// What the customer's phone shows: their newest conversation, oldest message first.
#[server(prefix = "/fn", endpoint = "simulator/conversation", input = Json, client = KeptClient)]
pub async fn conversation(
    /// Whose phone.
    customer: CustomerId,
) -> Result<Vec<Message>, Problem> {
    use crate::ssr;
    let desk = ssr::demo_desk()?;
    let messages = desk.store.conversation_of(customer, MESSAGES_SHOWN).await;
    ssr::answer(messages.map_err(Into::into))
}

/// Writes as one of the customers; answers the stored message.
#[server(prefix = "/fn", endpoint = "simulator/write", input = Json, client = KeptClient)]
pub async fn write(
    /// Who writes.
    customer: CustomerId,
    /// What.
    body: String,
) -> Result<Message, Problem> {
    use crate::ssr;
    use domain::refusal::Refusal;
    let desk = ssr::demo_desk()?;
    let known = ssr::answer(desk.store.customer(customer).await.map_err(Into::into))?;
    let known = known.ok_or_else(|| ssr::told(Refusal::not_found("customer")))?;
    ssr::simulated(&desk, known.phone_number, None, body).await
}

/// Writes from a number that may be new; answers the stored message, which names its customer.
#[server(prefix = "/fn", endpoint = "simulator/write-as", input = Json, client = KeptClient)]
pub async fn write_as(
    /// In international form.
    phone_number: String,
    /// What the channel calls them.
    name: String,
    /// What they write.
    body: String,
) -> Result<Message, Problem> {
    use crate::ssr;
    let desk = ssr::demo_desk()?;
    ssr::simulated(&desk, phone_number, Some(name), body).await
}
