//! The token endpoint (RFC 6749 §3.2): authenticate, then one module a grant.

mod authorization_code;
mod client_credentials;
mod device_code;
mod issue;
mod redemption;
mod refresh_token;
mod standing;
mod target;
mod token_exchange;
mod user_claims;

pub(super) use issue::{ACR, ID_TOKEN_CLAIMS};

use super::caller::Call;
use crate::cx::{Cx, Platform};
use crate::error::{ErrorCode, OAuthError};
use crate::http::{Reply, Request};
use crate::oauth::GrantType;

/// Authenticates the client and answers its grant.
pub(super) async fn token<P: Platform>(request: &Request, cx: &Cx<'_, P>) -> Reply {
    const EVENT: &str = "token_refused";
    match Call::of(request, cx).await {
        Ok(call) => call.answer(answer(&call, cx).await, EVENT, cx),
        Err(refused) => refused.reply(EVENT, cx),
    }
}

async fn answer<P: Platform>(call: &Call, cx: &Cx<'_, P>) -> Result<Reply, OAuthError> {
    let Call { params, client } = call;
    let grant = params.required("grant_type", "The grant_type is missing.")?;
    let unknown = OAuthError::new(ErrorCode::UnsupportedGrantType, "The grant_type is not supported.", "grant_type");
    let grant = GrantType::parse(grant).filter(|grant| cx.config.offers(*grant)).ok_or(unknown)?;
    if !client.may_use(grant) {
        let description = "The client is not registered for this grant.";
        return Err(OAuthError::new(ErrorCode::UnauthorizedClient, description, "grant_not_registered"));
    }
    match grant {
        GrantType::AuthorizationCode => authorization_code::redeem(params, client, cx).await,
        GrantType::ClientCredentials => client_credentials::grant(params, client, cx).await,
        GrantType::RefreshToken => refresh_token::renew(params, client, cx).await,
        GrantType::DeviceCode => device_code::redeem(params, client, cx).await,
        GrantType::TokenExchange => token_exchange::exchange(params, client, cx).await,
    }
}
