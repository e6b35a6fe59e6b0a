//! What is told of clients that registered themselves.

use crate::failure::Failure;
use crate::output;
use sealwax::endpoint::operator::RegistrationView;
use sealwax::oauth::ClientId;
use serde_json::Value;

pub(crate) fn described(view: &RegistrationView) -> Vec<(&'static str, String)> {
    let mut fields = Vec::new();
    fields.extend(view.client_id.as_ref().map(|id| ("client_id", id.to_string())));
    fields.push(("digest", view.digest.clone()));
    fields.push(("kind", kind(view)));
    for (title, member) in [("name", "client_name"), ("scope", "scope"), ("auth method", "token_endpoint_auth_method")]
    {
        fields.extend(metadata(view, member).and_then(Value::as_str).map(|text| (title, text.to_owned())));
    }
    for (title, member) in [("redirect_uri", "redirect_uris"), ("grant", "grant_types")] {
        let all = metadata(view, member).and_then(Value::as_array).into_iter().flatten();
        fields.extend(all.filter_map(Value::as_str).map(|text| (title, text.to_owned())));
    }
    fields.extend(view.initial_token.map(|id| ("initial token", id.to_string())));
    fields.push(("epoch", view.epoch.to_string()));
    fields.extend(view.refused.as_ref().map(|cause| ("refused", cause.clone())));
    fields.extend(view.changed.map(|changed| ("changed", output::minute(changed))));
    fields
}

/// Those about which something was decided; nothing where there is none.
pub(crate) fn table(views: &[RegistrationView]) -> Result<(), Failure> {
    if views.is_empty() {
        return Ok(());
    }
    output::line("\nRegistered themselves, and changed since (the others are stored nowhere):\n")?;
    let name = |view: &RegistrationView| {
        let name = metadata(view, "client_name").and_then(Value::as_str);
        let url = view.client_id.as_ref().filter(|id| id.is_url()).map(ClientId::as_str);
        name.or(url).unwrap_or_default().to_owned()
    };
    let changed = |view: &RegistrationView| view.changed.map(output::day).unwrap_or_default();
    let rows: Vec<[String; 4]> =
        views.iter().map(|view| [view.digest.clone(), name(view), kind(view), changed(view)]).collect();
    output::table(["DIGEST", "NAME", "STATE", "CHANGED"], &rows)
}

fn kind(view: &RegistrationView) -> String {
    let itself = match &view.client_id {
        Some(id) if id.is_url() => "describes itself",
        _ => "registered itself",
    };
    let states = [(view.removed, "removed"), (view.disabled, "disabled"), (view.updated, "updated")];
    let states = states.into_iter().filter_map(|(is, word)| is.then_some(word));
    [itself].into_iter().chain(states).collect::<Vec<_>>().join(", ")
}

fn metadata<'a>(view: &'a RegistrationView, member: &str) -> Option<&'a Value> {
    view.metadata.as_ref()?.get(member)
}
