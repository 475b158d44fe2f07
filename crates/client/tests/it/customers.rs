//! C68: customers by the list and by the thousand.

use std::pin::pin;

use crate::server::{account, control, standin};
use futures_util::StreamExt as _;
use iteras_client::Kind;
use iteras_client::iteras::{Customer, CustomerStream, Fields, Which};
use serde_json::json;

async fn all(mut customers: CustomerStream) -> Vec<Customer> {
    let mut came = Vec::new();
    while let Some(customer) = customers.next().await {
        came.push(customer.unwrap());
    }
    came
}

#[tokio::test]
async fn the_fields_asked_for_come_typed_and_the_others_are_kept() {
    let standin = standin().await;
    let iteras = account(&standin);
    let anna = all(iteras.customers(Which::from_iter(["31168"]), Fields::ALL))
        .await
        .remove(0);
    let subscription = &anna.subscriptions.as_ref().unwrap()[0];
    let period = &subscription.periods[0];
    assert_eq!(period.begin.to_string(), "2025-03-01T00:00:00");
    assert_eq!(period.end, None, "null: it goes on");
    assert_eq!(
        period.products[0].external_id.as_deref(),
        Some("12MDigital")
    );
    assert_eq!(anna.active_subscriptions.as_ref().unwrap().len(), 1);
    assert_eq!(
        anna.more["created"], "2025-03-01T00:00:00",
        "not documented, kept"
    );
    let data = anna.data.as_ref().unwrap();
    assert_eq!(data.location.as_deref(), Some("2200 København N"));
    assert_eq!(data.country_code.as_deref(), Some("DK"));
    let written = serde_json::to_value(&anna).unwrap();
    assert_eq!(serde_json::from_value::<Customer>(written).unwrap(), anna);
    let usual = all(iteras.customers(Which::from_iter(["31170"]), Fields::USUAL))
        .await
        .remove(0);
    assert_eq!(
        usual.active_subscriptions.unwrap(),
        [],
        "asked for and empty"
    );
    assert_eq!(usual.subscriptions, None, "not asked for");
}

#[tokio::test]
async fn nobody_is_nobody_and_not_everybody() {
    let standin = standin().await;
    let iteras = account(&standin);
    assert_eq!(
        all(iteras.customers(Which::Ids(vec![]), Fields::USUAL)).await,
        []
    );
    assert!(standin.state().requests.entries().is_empty());
    assert_eq!(
        all(iteras.customers(Which::from_iter(["1"]), Fields::USUAL)).await,
        []
    );
    assert_eq!(
        all(iteras.customers(Which::All, Fields::USUAL)).await.len(),
        3
    );
    for ids in [vec![""], vec!["1,2"], vec!["1", "2 "], vec!["\n"]] {
        let error = iteras
            .customers(Which::from_iter(ids), Fields::USUAL)
            .next()
            .await;
        assert_eq!(error.unwrap().unwrap_err().kind(), Kind::Programming);
    }
}

#[tokio::test]
async fn ten_thousand_ids_go_out_in_batches() {
    let standin = standin().await;
    control(
        &standin,
        "customers",
        json!({ "count": 10_000, "bytes": 10 }),
    )
    .await;
    let ids: Vec<String> = (10_000_000..10_010_000).map(|id| id.to_string()).collect();
    let customers = account(&standin).customers(Which::Ids(ids.clone()), Fields::USUAL);
    let came: Vec<String> = pin!(customers.into_stream())
        .map(|customer| customer.unwrap().id)
        .collect()
        .await;
    assert_eq!(came, ids, "each once and in order");
    let entries = standin.state().requests.entries();
    let longest = entries.iter().map(|entry| entry.query.len()).max().unwrap();
    assert!(
        (2..100).contains(&entries.len()) && longest < 8000,
        "{} of {longest}",
        entries.len()
    );
}
