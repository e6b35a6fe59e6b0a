//! What is done after the answer.

use super::logout_notice;
use crate::cx::{Cx, Platform};
use crate::http::Errand;
use crate::store::Ledger as _;

/// Does it. Nobody waits, and nothing that was promised rests on it, so that a failure is only logged.
pub async fn run<P: Platform>(errand: &Errand, cx: &Cx<'_, P>) {
    match errand {
        Errand::ClearTries(_) if cx.config.ledger.is_none() => {}
        Errand::ClearTries(counter) => {
            // Where it fails, the tries are forgotten a day later.
            let _ = cx.platform.ledger().clear_tries(*counter).await;
        }
        Errand::NotifyLogout { client, subject, sid } if !cx.config.role.signs() => {
            logout_notice::hand_over(client, *subject, *sid, cx).await;
        }
        Errand::NotifyLogout { client, subject, sid } => logout_notice::notify(client, *subject, *sid, cx).await,
    }
}
