//! A visitor's request as a script has it, and the script's parser of URLs.

use std::borrow::Cow;

use iteras_guard::cookies::own_script_text;
use iteras_guard::headers::is_https;
use iteras_guard::landing::Address;
use iteras_guard::plan;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// The members of a request, read when they are needed.
    #[wasm_bindgen(typescript_type = "Visit")]
    pub type View;
    #[wasm_bindgen(method, getter)]
    fn method(this: &View) -> String;
    #[wasm_bindgen(method, getter)]
    fn host(this: &View) -> Option<String>;
    #[wasm_bindgen(method, getter)]
    fn path(this: &View) -> String;
    #[wasm_bindgen(method, getter)]
    fn query(this: &View) -> String;
    #[wasm_bindgen(method, getter)]
    fn destination(this: &View) -> Option<String>;
    /// What browsers say of pages that they fetch ahead, joined by commas.
    #[wasm_bindgen(method, getter)]
    fn purpose(this: &View) -> String;
    #[wasm_bindgen(method, getter)]
    fn accept(this: &View) -> String;
    /// True where the request itself came by https.
    #[wasm_bindgen(method, getter, js_name = isSecure)]
    fn is_secure(this: &View) -> bool;
    /// The scheme that a proxy of the publisher's tells; empty where none does.
    #[wasm_bindgen(method, getter, js_name = forwardedProto)]
    fn forwarded_proto(this: &View) -> String;
    /// The user agent, where one is told.
    #[wasm_bindgen(method, getter)]
    pub(super) fn agent(this: &View) -> Option<String>;
    /// The reader's address, where the script knows it.
    #[wasm_bindgen(method, getter)]
    pub(super) fn peer(this: &View) -> Option<String>;

    #[wasm_bindgen(js_name = URL)]
    type Url;
    #[wasm_bindgen(constructor, catch, js_class = "URL")]
    fn new(text: &str, base: Option<&str>) -> Result<Url, JsValue>;
    #[wasm_bindgen(method, getter, js_class = "URL")]
    fn href(this: &Url) -> String;
    #[wasm_bindgen(method, getter, js_class = "URL")]
    fn origin(this: &Url) -> String;
    #[wasm_bindgen(method, getter, js_class = "URL")]
    fn protocol(this: &Url) -> String;
    #[wasm_bindgen(method, getter, js_class = "URL")]
    fn pathname(this: &Url) -> String;
}

/// A request with its `Cookie` header in UTF-8.
pub(super) struct Visit<'a> {
    pub(super) view: &'a View,
    pub(super) cookies: &'a [u8],
}

impl plan::Visit for Visit<'_> {
    fn method(&self) -> Cow<'_, str> {
        self.view.method().into()
    }

    fn host(&self) -> Option<Cow<'_, str>> {
        let host = self.view.host().filter(|host| !host.is_empty());
        host.map(Cow::from)
    }

    fn path(&self) -> Cow<'_, str> {
        self.view.path().into()
    }

    fn query(&self) -> Cow<'_, str> {
        self.view.query().into()
    }

    fn destination(&self) -> Option<Cow<'_, str>> {
        self.view.destination().map(Cow::from)
    }

    fn purpose(&self) -> Cow<'_, str> {
        self.view.purpose().into()
    }

    fn accept(&self) -> Cow<'_, str> {
        self.view.accept().into()
    }

    fn is_https(&self) -> bool {
        self.view.is_secure() || is_https(&self.view.forwarded_proto())
    }

    fn cookies(&self, name: &'static str) -> Cow<'_, str> {
        own_script_text(name, self.cookies)
    }
}

/// The runtime's parser of URLs.
pub(super) fn parse(text: &str, base: Option<&str>) -> Option<Address> {
    let url = Url::new(text, base).ok()?;
    Some(Address {
        href: url.href(),
        origin: url.origin(),
        protocol: url.protocol(),
        pathname: url.pathname(),
    })
}
