//! The documented calls, against the stand-in.

use std::num::NonZeroU32;

use crate::server::{KEY, account, account_with, key, standin};
use iteras_client::iteras::{Campaigns, Fields, Operation, Which, Who};
use iteras_client::{Kind, systems};
use serde_json::{Map, Value, json};

fn map(value: Value) -> Map<String, Value> {
    value.as_object().unwrap().clone()
}

#[tokio::test]
async fn customers_log_in_by_id_or_email() {
    let standin = standin().await;
    let iteras = account(&standin);
    for who in [Who::Id("31168"), Who::Email("ANNA@example.com")] {
        let customer = iteras
            .authenticate_customer(who, "lumen", None)
            .await
            .unwrap();
        assert_eq!((customer.id.as_str(), customer.preauth), ("31168", None));
    }
    let seconds = NonZeroU32::new(60);
    let customer = iteras
        .authenticate_customer(Who::Id("31168"), "lumen", seconds)
        .await
        .unwrap();
    let token = customer.preauth.unwrap();
    assert_eq!(token.expose().split(':').count(), 3);
}

#[tokio::test]
async fn what_people_type_wrong_is_an_error_of_the_user() {
    let standin = standin().await;
    let iteras = account(&standin);
    for (id, password, code) in [
        ("1", "lumen", "unknowncustomer"),
        ("31168", "wrong", "invalidpassword"),
        ("31168", "", "invalidpassword"),
    ] {
        let error = iteras
            .authenticate_customer(Who::Id(id), password, None)
            .await
            .unwrap_err();
        assert_eq!((error.kind(), error.code()), (Kind::User, code));
        assert_eq!(
            error.to_string(),
            format!("iteras: POST authenticatecustomer/ was refused: {code}")
        );
    }
}

#[tokio::test]
async fn both_ways_in_pass_and_fail_for_the_right_reason() {
    let standin = standin().await;
    for make in [systems::iteras::header, systems::iteras::query] {
        let iteras = account_with(&standin, make(key(KEY)).unwrap());
        let paywalls = iteras.setup().await.unwrap();
        let ids: Vec<_> = paywalls
            .iter()
            .map(|paywall| paywall.paywall_id.as_str())
            .collect();
        assert_eq!(ids, ["n8fsoupukhv3", "BBBB2222"]);
        let iteras = account_with(&standin, make(key("another-key")).unwrap());
        let error = iteras.setup().await.unwrap_err();
        assert_eq!((error.kind(), error.status()), (Kind::Auth, Some(403)));
        assert_eq!(
            error.to_string(),
            "iteras: GET setup/ was answered with status 403: the key is not that of any account"
        );
    }
}

#[tokio::test]
async fn texts_come_in_the_language_asked_for() {
    let standin = standin().await;
    let names = async |language| {
        let iteras = account(&standin).with_language(language);
        iteras.setup().await.unwrap().swap_remove(0).name
    };
    assert_eq!(names("en").await, "All of Lumen");
    assert_eq!(names("da").await, "Hele Lumen");
}

#[tokio::test]
async fn mistakes_of_programs_are_told_apart() {
    let standin = standin().await;
    let iteras = account(&standin);
    let error = iteras
        .authenticate_customer(Who::Id(""), "x", None)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), Kind::Programming);
    let seconds = NonZeroU32::new(u32::MAX);
    let error = iteras
        .authenticate_customer(Who::Id("31168"), "lumen", seconds)
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.status()),
        (Kind::Programming, Some(400))
    );
    let which = Campaigns {
        customer: Some("1".into()),
        ..Campaigns::default()
    };
    let error = iteras.campaigns(&which).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.status()),
        (Kind::Programming, Some(400))
    );
}

#[tokio::test]
async fn campaigns_keep_what_is_not_documented() {
    let standin = standin().await;
    let iteras = account(&standin);
    let one = Campaigns {
        campaign_id: Some("lumen-order".into()),
        include_archived: true,
        customer: Some("31168".into()),
    };
    let campaigns = iteras.campaigns(&one).await.unwrap();
    assert_eq!(campaigns.len(), 1);
    assert_eq!(campaigns[0].campaign_id.as_deref(), Some("lumen-order"));
    assert_eq!(campaigns[0].more["currency"], "DKK");
    let all = Campaigns {
        include_archived: true,
        ..Campaigns::default()
    };
    assert!(iteras.campaigns(&all).await.unwrap().len() > 1);
}

#[tokio::test]
async fn changes_are_made_and_refusals_stand_at_their_place() {
    let standin = standin().await;
    let iteras = account(&standin);
    let operations = [
        Operation::UpdateCustomer {
            id: "31168".into(),
            data: map(
                json!({ "name": "Anna Ødegård", "address": "Nyvej 1\n2. th.", ":Custom field": "æ" }),
            ),
        },
        Operation::UpdateCustomer {
            id: "1".into(),
            data: map(json!({ "name": "Nobody" })),
        },
    ];
    let updated = iteras.update_customers(&operations).await.unwrap();
    assert_eq!((updated.succeeded, updated.failed), (1, 1));
    assert!(updated.errors[0].is_empty() && !updated.errors[1].is_empty());
    assert_eq!(updated.ids, [Some("31168".into()), None]);
    let mut customers = iteras.customers(Which::from_iter(["31168"]), Fields::ALL);
    let anna = customers.next().await.unwrap().unwrap();
    let data = anna.data.unwrap();
    assert_eq!(data.name.as_deref(), Some("Anna Ødegård"));
    assert_eq!(data.address.as_deref(), Some("Nyvej 1\n2. th."));
    assert_eq!(data.custom("Custom field"), Some(&"æ".into()));
    assert!(customers.next().await.is_none());
}

#[tokio::test]
async fn no_changes_are_not_sent() {
    let standin = standin().await;
    let updated = account(&standin).update_customers(&[]).await.unwrap();
    assert_eq!(updated.succeeded, 0);
    assert!(standin.state().requests.entries().is_empty());
}

#[tokio::test]
async fn calls_can_be_made_in_tasks_of_their_own() {
    let standin = standin().await;
    let iteras = account(&standin);
    let mut customers = iteras.customers(Which::All, Fields::USUAL);
    let log_in = tokio::spawn(async move {
        let who = Who::Email("bo@example.com");
        iteras.authenticate_customer(who, "lumen", None).await
    });
    let first = tokio::spawn(async move { customers.next().await });
    assert_eq!(log_in.await.unwrap().unwrap().id, "31169");
    assert_eq!(first.await.unwrap().unwrap().unwrap().id, "31168");
}
