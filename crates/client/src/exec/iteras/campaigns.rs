//! `campaigns/` and `setup/`: what the account has to offer.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::Iteras;
use super::fields::id;
use crate::Error;

/// The choice of campaigns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Campaigns {
    /// Only the one with this id.
    pub campaign_id: Option<String>,
    /// True for campaigns that are over, too.
    pub include_archived: bool,
    /// The customer, named by number, to whom they are offered.
    pub customer: Option<String>,
}

/// A campaign; few of its fields are documented, and all are kept.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Campaign {
    /// Its id.
    #[serde(
        default,
        deserialize_with = "id",
        skip_serializing_if = "Option::is_none"
    )]
    pub campaign_id: Option<String>,
    /// Its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Everything else.
    #[serde(flatten)]
    pub more: Map<String, Value>,
}

/// A paywall of the account.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Paywall {
    /// Its id, as passes hold it.
    pub paywall_id: String,
    /// Its name.
    pub name: String,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub more: Map<String, Value>,
}

#[derive(Deserialize)]
struct CampaignsAnswer {
    campaigns: Vec<Campaign>,
}

#[derive(Deserialize)]
struct SetupAnswer {
    paywalls: Vec<Paywall>,
}

impl Iteras {
    /// The campaigns.
    pub async fn campaigns(&self, which: &Campaigns) -> Result<Vec<Campaign>, Error> {
        let mut request = self.get("campaigns/");
        if let Some(id) = &which.campaign_id {
            request = request.with_query("campaign_id", id);
        }
        if which.include_archived {
            request = request.with_query("include_archived", "1");
        }
        if let Some(customer) = &which.customer {
            request = request.with_query("customer", customer);
        }
        let answer: CampaignsAnswer = self.ask(&request).await?;
        Ok(answer.campaigns)
    }

    /// The account's paywalls.
    pub async fn setup(&self) -> Result<Vec<Paywall>, Error> {
        let answer: SetupAnswer = self.ask(&self.get("setup/")).await?;
        Ok(answer.paywalls)
    }
}
