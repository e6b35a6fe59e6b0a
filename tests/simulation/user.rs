//! What a user does when something was stolen: signs out everywhere, ends a session, disconnects an app, gets a new
//! password. Whoever is told that it failed tries again.

use crate::deployment::{App, NEW_PASSWORD, USERNAME, look_into, operator_call, phc, subject};
use crate::exchange::{Purpose, send};
use crate::executor::SECOND;
use crate::household::Household;
use crate::tokens;
use crate::world::{LOCATIONS, START};
use sealwax::cx::Platform as _;
use sealwax::oauth::Timestamp;
use sealwax::seal::RefreshToken;
use sealwax::store::{Ancestor, Ledger as _, Revocation};
use serde_json::json;

/// Revokes; returns when it is done.
pub async fn revoke(ancestor: Ancestor, household: &Household) {
    let world = &household.world;
    let number = world.truth.revoking(ancestor.clone(), world.time.now());
    world.note(|| format!("the user revokes {ancestor:?}"));
    let at = newest_known(&ancestor, household).await;
    loop {
        let isolate = world.isolate(household.location);
        let revocation = Revocation { ancestor: ancestor.clone(), at };
        let home = LOCATIONS[world.home];
        if isolate.ledger().revoke(subject(), home, &revocation).await.is_ok() {
            break;
        }
        world.truth.count("revocations that had to be tried again");
        world.wait(SECOND, 5 * SECOND).await;
    }
    world.truth.revoked(number, world.time.now());
    world.truth.count("revocations");
    world.note(|| "the user is told that it is done".to_owned());
}

/// The newest stamp that the account page knows of what is revoked (`src/endpoint/account/actions.rs`): of a consent its
/// own clock, of sign-ins those that the ledger lists, if it answers.
async fn newest_known(ancestor: &Ancestor, household: &Household) -> Timestamp {
    let world = &household.world;
    let isolate = world.isolate(household.location);
    let own = household.browser.borrow().session().map_or(START, |session| session.auth);
    match ancestor {
        Ancestor::Consent(_) => isolate.now(),
        Ancestor::Subject => {
            let listed = isolate.ledger().sign_ins(subject(), LOCATIONS[world.home]).await.unwrap_or_default();
            listed.iter().map(|row| row.auth).fold(own, Timestamp::max)
        }
        _ => own,
    }
}

/// Has an app end its own family.
pub async fn end_family(app: App, household: &Household) {
    let world = &household.world;
    let Some((_, tokens)) = household.tokens().into_iter().find(|(held, _)| *held == app) else { return };
    let family = look_into::<RefreshToken>(&tokens.refresh).lineage.family;
    let number = world.truth.revoking(Ancestor::Family(family), world.time.now());
    while !tokens::end(app, &tokens.refresh, household.location, world).await {
        world.truth.count("revocations that had to be tried again");
        world.wait(SECOND, 5 * SECOND).await;
    }
    world.truth.revoked(number, world.time.now());
    world.truth.count("revocations");
}

/// Has the operator set a new password.
pub async fn change_password(household: &Household) {
    let world = &household.world;
    let number = world.truth.revoking(Ancestor::Credential, world.time.now());
    let call = json!({"op": "user.passwd", "username": USERNAME, "password": phc(NEW_PASSWORD)});
    loop {
        let request = operator_call(&call, world);
        let reply = send(request, Purpose::Other, household.location, world).await;
        if reply.is_some_and(|reply| reply.status == 200) {
            break;
        }
        world.wait(SECOND, 5 * SECOND).await;
    }
    world.truth.revoked(number, world.time.now());
    world.truth.count("passwords that were changed");
    household.password.set(NEW_PASSWORD);
}

/// The sign-in of the user's browser.
pub fn session_of(household: &Household) -> Ancestor {
    household.browser.borrow().session().map_or(Ancestor::Subject, |session| Ancestor::Session(session.sid))
}

/// What the user allowed an app.
pub fn consent_to(app: App) -> Ancestor {
    Ancestor::Consent(app.id().digest())
}
