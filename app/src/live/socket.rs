//! The official Socket.IO client, as far as it is used. It is served with the site; see
//! `scripts/vendor.mjs`.

use js_sys::{Function, Object, Reflect};
use wasm_bindgen::prelude::*;

#[wasm_bindgen(raw_module = "/vendor/socket.io-4.8.4.esm.min.js")]
extern "C" {
    /// A connection to the main namespace. It makes new ones by itself.
    #[derive(Clone)]
    pub type Socket;

    #[wasm_bindgen(js_name = io)]
    fn io(options: &JsValue) -> Socket;

    #[wasm_bindgen(method)]
    fn on(this: &Socket, event: &str, call: &Function) -> Socket;

    #[wasm_bindgen(method, js_name = onAny)]
    fn on_any(this: &Socket, call: &Function) -> Socket;

    #[wasm_bindgen(method)]
    fn emit(this: &Socket, event: &str, data: &JsValue, ack: &Function) -> Socket;

    #[wasm_bindgen(method)]
    fn connect(this: &Socket) -> Socket;

    #[wasm_bindgen(method)]
    fn disconnect(this: &Socket) -> Socket;

    #[wasm_bindgen(method, getter)]
    fn connected(this: &Socket) -> bool;
}

/// What the owner of a socket is told.
pub trait Listener {
    /// The object that each new connection presents, as JSON.
    fn present(&self) -> String;
    /// A connection was made.
    fn connected(&'static self);
    /// An event arrived, with its first argument as JSON.
    fn heard(&'static self, event: &str, json: &str);
    /// The connection broke. `dismissed` when the server closed it on purpose: then no new one is
    /// made until [`Socket::reconnect`].
    fn lost(&'static self, dismissed: bool);
    /// A connection could not be made. With the server's own code no new one is made until
    /// [`Socket::reconnect`].
    fn refused(&'static self, code: Option<String>);
}

impl Socket {
    /// Connects to our own origin. Cookies go along.
    pub fn open(listener: &'static (impl Listener + 'static)) -> Self {
        let auth = Closure::<dyn Fn(Function)>::new(move |give: Function| {
            let presented = js_sys::JSON::parse(&listener.present()).unwrap_or(JsValue::NULL);
            if give.call1(&JsValue::NULL, &presented).is_err() {
                tracing::error!("the socket did not take its position");
            }
        });
        let socket = io(&options(auth.as_ref()));
        auth.forget();
        socket.hand("connect", move |_: JsValue| listener.connected());
        socket.hand("disconnect", move |reason: JsValue| {
            let reason = reason.as_string().unwrap_or_default();
            listener.lost(reason == "io server disconnect");
        });
        socket.hand("connect_error", move |error: JsValue| listener.refused(code_of(&error)));
        let any = Closure::<dyn Fn(String, JsValue)>::new(move |event: String, data: JsValue| {
            listener.heard(&event, &to_json(&data));
        });
        socket.on_any(any.as_ref().unchecked_ref());
        any.forget();
        socket
    }

    /// Sends an event; `then` is told whether the server said yes.
    pub fn tell(&self, event: &str, json: &str, then: impl FnOnce(bool) + 'static) {
        let data = js_sys::JSON::parse(json).unwrap_or(JsValue::NULL);
        let ack = Closure::once_into_js(move |answer: JsValue| {
            let ok = Reflect::get(&answer, &"ok".into()).is_ok_and(|ok| ok.is_truthy());
            then(ok);
        });
        self.emit(event, &data, ack.unchecked_ref());
    }

    /// Whether a connection stands.
    pub fn stands(&self) -> bool {
        self.connected()
    }

    /// Makes a new connection now.
    pub fn reconnect(&self) {
        // Also ends a wait for the next try.
        self.disconnect();
        self.connect();
    }

    /// Ends the connection for good.
    pub fn close(&self) {
        self.disconnect();
    }

    /// A listener for the socket's whole life, which is the page's.
    fn hand(&self, event: &str, call: impl Fn(JsValue) + 'static) {
        let call = Closure::<dyn Fn(JsValue)>::new(call);
        self.on(event, call.as_ref().unchecked_ref());
        call.forget();
    }
}

/// WebSocket first, polling where something in between does not let it through. New tries are
/// spread, so that a thousand pages don't come back in the same second.
fn options(auth: &JsValue) -> JsValue {
    let options = Object::new();
    let transports: js_sys::Array =
        ["websocket", "polling"].into_iter().map(JsValue::from).collect();
    let fields: [(&str, JsValue); 9] = [
        ("path", "/ws/socket.io".into()),
        ("withCredentials", true.into()),
        ("transports", transports.into()),
        ("tryAllTransports", true.into()),
        ("reconnectionDelay", 1_000.into()),
        ("reconnectionDelayMax", 20_000.into()),
        ("randomizationFactor", 0.5.into()),
        ("timeout", 15_000.into()),
        ("auth", auth.clone()),
    ];
    for (name, value) in fields {
        if Reflect::set(&options, &name.into(), &value).is_err() {
            tracing::error!(name, "an option of the socket could not be set");
        }
    }
    options.into()
}

fn code_of(error: &JsValue) -> Option<String> {
    let data = Reflect::get(error, &"data".into()).ok()?;
    Reflect::get(&data, &"code".into()).ok()?.as_string()
}

fn to_json(data: &JsValue) -> String {
    let json = js_sys::JSON::stringify(data).ok().and_then(|json| json.as_string());
    json.unwrap_or_else(|| "null".to_owned())
}
