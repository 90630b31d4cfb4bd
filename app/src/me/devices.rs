//! The list of one's own devices, each with the way to sign out of it.

use super::page::Ways;
use super::words;
use crate::session::use_session;
use crate::ui::{Icon, time};
use domain::session::device::shown;
use domain::session::{ClientKind, Device};
use domain::time::Timestamp;
use leptos::either::Either;
use leptos::prelude::*;

/// The devices, this one first.
#[component]
pub(super) fn Devices(mut devices: Vec<Device>, now: Timestamp, ways: Ways) -> impl IntoView {
    devices.sort_by_key(|device| !device.current);
    let alone = devices.len() < 2;
    let rows = devices.into_iter().map(|device| view! { <DeviceRow device now ways /> });
    view! {
        <section aria-labelledby="devices-title">
            <h2 id="devices-title">{words::DEVICES}</h2>
            <ul class="devices card">{rows.collect_view()}</ul>
            <div class="security__ways">
                <Everybody ways alone />
            </div>
        </section>
    }
}

/// The two ways out of several devices at once.
#[component]
fn Everybody(ways: Ways, alone: bool) -> impl IntoView {
    let barred = barred(ways);
    view! {
        <ActionForm action=ways.others>
            <button class="button" type="submit" disabled=move || alone || barred.get()>
                {words::SIGN_OUT_OTHERS}
            </button>
        </ActionForm>
        <ActionForm action=ways.everywhere>
            <button class="button" type="submit" disabled=move || barred.get()>
                {Icon::SignOut.draw_small()}
                {words::SIGN_OUT_EVERYWHERE}
            </button>
        </ActionForm>
    }
}

/// One device.
#[component]
fn DeviceRow(device: Device, now: Timestamp, ways: Ways) -> impl IntoView {
    let icon = match device.client {
        ClientKind::Web => Icon::Details,
        ClientKind::Mobile => Icon::Phone,
    };
    let moment = move |at| {
        view! { <time datetime=time::iso(at)>{time::date_clock(at, now)}</time> }
    };
    let (seen, since) = (moment(device.last_active_at), moment(device.created_at));
    let current = device.current;
    view! {
        <li class="device">
            {icon.draw()} <div class="device__what">
                <p class="device__name">
                    {shown(&device.device)} {current.then(|| view! {
                        <span class="badge badge--current">{words::THIS_ONE}</span>
                    })}
                </p>
                <p class="device__facts">
                    <span>{words::kind(device.client)}</span>
                    <span>{words::LAST_SEEN} " " {seen}</span>
                    <span>{words::SIGNED_IN} " " {since}</span>
                </p>
            </div> <WayOut device ways />
        </li>
    }
}

/// *Sign out*. On the device one is on it is the sign-out that the frame has, too.
#[component]
fn WayOut(device: Device, ways: Ways) -> impl IntoView {
    let (session, barred) = (use_session(), barred(ways));
    let label = words::sign_out_of(&device.device);
    let button = move || {
        view! {
            <button class="button" type="submit" aria-label=label disabled=move || barred.get()>
                {words::SIGN_OUT}
            </button>
        }
    };
    if device.current {
        Either::Left(view! { <ActionForm action=session.sign_out>{button()}</ActionForm> })
    } else {
        Either::Right(view! {
            <ActionForm action=ways.device>
                <input type="hidden" name="id" value=device.id.to_string() />
                {button()}
            </ActionForm>
        })
    }
}

/// Nothing more may be ended while something is, or once the session is over.
fn barred(ways: Ways) -> Signal<bool> {
    let session = use_session();
    Signal::derive(move || {
        let pending = ways.device.pending().get()
            || ways.others.pending().get()
            || ways.everywhere.pending().get();
        pending || !session.can_mutate.get()
    })
}
