//! The ways a customer's messages come in and answers go out.

use crate::tickets::DeliveryStatus;
use serde::{Deserialize, Serialize};

/// A way between us and a customer. A customer is answered over the one they wrote over last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Channel {
    /// The built-in one: the customer's phone is a page of this server.
    Simulator,
    /// WhatsApp, through a gateway.
    WhatsApp,
}

impl Channel {
    /// The word that the database uses.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Simulator => "simulator",
            Self::WhatsApp => "whatsapp",
        }
    }

    /// From the word that the database uses.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Simulator, Self::WhatsApp].into_iter().find(|channel| channel.as_str() == word)
    }

    /// How far an answer has come at the moment it is stored. What is stored the simulated phone
    /// shows; a gateway has to be handed it.
    #[must_use]
    pub const fn on_storing(self) -> DeliveryStatus {
        match self {
            Self::Simulator => DeliveryStatus::Sent,
            Self::WhatsApp => DeliveryStatus::Queued,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_channel_is_read_back_from_its_word() {
        for channel in [Channel::Simulator, Channel::WhatsApp] {
            assert_eq!(Channel::parse(channel.as_str()), Some(channel));
        }
        assert_eq!(Channel::parse("telegraph"), None);
    }

    #[test]
    fn only_what_needs_no_gateway_is_sent_by_being_stored() {
        assert_eq!(Channel::Simulator.on_storing(), DeliveryStatus::Sent);
        assert_eq!(Channel::WhatsApp.on_storing(), DeliveryStatus::Queued);
    }
}
