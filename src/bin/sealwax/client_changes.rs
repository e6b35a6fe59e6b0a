//! `sealwax client update|rotate-secret|disable|enable`, `sealwax revoke client`

use crate::arguments::{ClientUpdate, RotateSecret};
use crate::call::Server;
use crate::client::{complain_of_unknown, described, show_secret, with_secret};
use crate::failure::Failure;
use crate::outside::{random, secret_from_stdin};
use crate::registration::{changes, chosen, hashed};
use crate::{output, revoke};
use sealwax::client::ClientSecret;
use sealwax::endpoint::operator::{AnyClient, ClientName, ClientRotateSecret, ClientView, OperatorRequest};
use serde::de::DeserializeOwned;

pub(crate) fn update(arguments: &ClientUpdate, server: &Server<'_>, json: bool) -> Result<(), Failure> {
    let view: ClientView = call(&OperatorRequest::ClientUpdate(changes(arguments)?), server)?;
    if json {
        return output::json(&view);
    }
    output::line("Updated:\n")?;
    output::fields(&described(&view))?;
    complain_of_unknown(&view);
    output::line("\nThat counts everywhere within about a minute; what the client holds goes on.")
}

/// The call is repeated once with the same secret, which changes nothing where it was carried out and only the answer
/// was lost.
pub(crate) fn rotate_secret(arguments: &RotateSecret, server: &Server<'_>, json: bool) -> Result<(), Failure> {
    let (id, overlap) = (&arguments.id, arguments.overlap);
    let (secret, made_here) = if arguments.secret_stdin {
        (chosen(&secret_from_stdin()?)?, false)
    } else {
        (ClientSecret::from_random(random()?), true)
    };
    let rotate = ClientRotateSecret { client_id: id.clone(), secret: hashed(&secret), overlap: Some(overlap) };
    let request = OperatorRequest::ClientRotateSecret(rotate);
    let view: ClientView = match call(&request, server) {
        Err(failure) if failure.status == Some(503) => call(&request, server).map_err(|failure| {
            failure.remedy(format!(
                "Before you repeat it, see with `sealwax client show {id}` whether it has two secrets now: of those, \
                 only the newer one outlasts another rotation."
            ))
        })?,
        answer => answer?,
    };
    let shown = made_here.then_some(&secret);
    if json {
        return output::json(&with_secret(&view, shown, false)?);
    }
    output::line(&format!("The client {id} has a new secret."))?;
    show_secret(shown)?;
    output::line(&if overlap == 0 {
        "\nEvery other secret ends now, within about a minute everywhere, where the new one begins to work.".to_owned()
    } else {
        format!(
            "\nIt works everywhere within about a minute: give it to the client then. The one before ends in \
             {overlap} seconds; any older one has ended."
        )
    })
}

pub(crate) fn disable(id: &str, server: &Server<'_>, json: bool) -> Result<(), Failure> {
    let view: AnyClient = call(&OperatorRequest::ClientDisable(name(id)), server)?;
    tell(&view, &format!("The client {id} is disabled. {}", revoke::BOUND), json)
}

pub(crate) fn enable(id: &str, server: &Server<'_>, json: bool) -> Result<(), Failure> {
    let view: AnyClient = call(&OperatorRequest::ClientEnable(name(id)), server)?;
    let begins = "Users can sign in to it everywhere within three minutes; what it held before stays dead.";
    tell(&view, &format!("The client {id} is enabled. {begins}"), json)
}

pub(crate) fn revoke(id: &str, server: &Server<'_>, json: bool) -> Result<(), Failure> {
    let view: AnyClient = call(&OperatorRequest::RevokeClient(name(id)), server)?;
    tell(&view, &format!("All that the client {id} holds is revoked. {}", revoke::BOUND), json)
}

fn call<T: DeserializeOwned>(request: &OperatorRequest, server: &Server<'_>) -> Result<T, Failure> {
    server.call(request).map_err(|failure: Failure| match failure.status {
        Some(404) => failure.remedy("`sealwax client list` lists them all."),
        _ => failure,
    })
}

fn name(id: &str) -> ClientName {
    ClientName { client_id: id.to_owned() }
}

fn tell(view: &AnyClient, what: &str, json: bool) -> Result<(), Failure> {
    if json { output::json(view) } else { output::line(what) }
}
