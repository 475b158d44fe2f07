//! A magazine of three pages whose articles are for subscribers: layer, extractor, landing page and teaser.
//!
//! `ITERAS_PASS_KEY=… cargo run -p example-magazine`, then <http://127.0.0.1:3000/>.
#![forbid(unsafe_code)]

use std::error::Error;

use axum::extract::Path;
use axum::response::Html;
use axum::{Router, routing::get};
use iteras_gate::{Gate, GateLayer, Keys, LandingPage, Requirement, Teaser, VerifiedPass};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let listen = std::env::var("LISTEN").unwrap_or_else(|_| "127.0.0.1:3000".to_owned());
    let paywall = std::env::var("ITERAS_PAYWALL").unwrap_or_else(|_| "n8fsoupukhv3".to_owned());
    // The signing key of the account settings. Without it nothing starts, and so nothing is open.
    let key = std::env::var("ITERAS_PASS_KEY").map_err(|_| "ITERAS_PASS_KEY is not set")?;
    let listener = tokio::net::TcpListener::bind(listen).await?;
    let app = magazine(&key, &paywall)?;
    println!("listening on http://{}", listener.local_addr()?);
    axum::serve(listener, app)
        .with_graceful_shutdown(stop())
        .await?;
    Ok(())
}

fn magazine(key: &str, paywall: &str) -> Result<Router, iteras_gate::ConfigError> {
    let keys = || Keys::new().key("2026", key);
    let wall = || Requirement::subscriber([paywall]);
    // Articles begin for everybody.
    let teaser = Teaser::new([".article-body"])?.with_characters(80);
    let articles = GateLayer::new(Gate::new(keys()?)?, wall()?).with_teaser(teaser);
    // The archive sends those away who may not read it.
    let landing = LandingPage::new("/subscribe")?;
    let archive = GateLayer::new(Gate::new(keys()?)?, wall()?).on_reject(landing);
    Ok(Router::new()
        .merge(
            Router::new()
                .route("/articles/{name}", get(article))
                .layer(articles),
        )
        .merge(Router::new().route("/archive", get(list)).layer(archive))
        .route("/", get(async || page("Magazine", FRONT)))
        .route(
            "/subscribe",
            get(async || page("Subscribe", "<p>Log in, or choose an offer.</p>")),
        ))
}

const FRONT: &str =
    r#"<p><a href="/articles/fog">Fog</a>, <a href="/archive">all articles</a></p>"#;

// For subscribers this is the whole article; for everybody else the layer cuts it after 80 characters.
async fn article(Path(name): Path<String>, pass: Option<VerifiedPass>) -> Html<String> {
    let reader = pass.map_or("", |_| "<p>Thank you for subscribing.</p>");
    let text = "The fog came at four, and with it the sound of a bell that nobody had rung for years. \
                Only the keeper knew whose bell it was.";
    let name = name.replace(|c: char| !c.is_ascii_alphanumeric(), "");
    page(
        &name,
        &format!(r#"<div class="article-body"><p>{text}</p>{reader}</div>"#),
    )
}

// Asking for the pass itself: nobody without one gets here.
async fn list(pass: VerifiedPass) -> Html<String> {
    let until = pass.expires();
    page("Archive", &format!("<p>Everything, until {until}.</p>"))
}

fn page(title: &str, content: &str) -> Html<String> {
    Html(format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title></head>\
         <body><h1>{title}</h1>{content}</body></html>"
    ))
}

async fn stop() {
    // Without a handler for Ctrl-C the system ends us just the same.
    let _ = tokio::signal::ctrl_c().await;
}
