//! English.

use super::{
    AccountText, AppText, ConsentText, DeviceText, ErrorText, ForwardText, FrontText, MisconfiguredText,
    NewPasswordText, Pattern, ProblemText, SignInText, SignOutText, Text,
};

/// English.
pub const EN: Text = Text {
    lang: "en",
    dir: "ltr",
    title_with_error: Pattern::new("Error: {title}"),
    seconds: Pattern::new("{n} s"),
    minutes: Pattern::new("{n} min"),
    months: ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
    day: Pattern::new("{day} {month} {year}"),
    minute: Pattern::new("{date}, {time} UTC"),
    go_on: "Continue",
    request_id: "Request ID",
    signed_in_as: Pattern::new("Signed in as {account}"),
    sign_in: SIGN_IN,
    app: APP,
    consent: CONSENT,
    device: DEVICE,
    account: ACCOUNT,
    new_password: NEW_PASSWORD,
    sign_out: SIGN_OUT,
    error: ERROR,
    forward: FORWARD,
    front: FRONT,
    misconfigured: MISCONFIGURED,
};

const SIGN_IN: SignInText = SignInText {
    title: "Sign in",
    continue_to: Pattern::new("to continue to {client}"),
    own_account: "to see your account",
    confirm: "Confirm that it’s you",
    username: "User name",
    password: "Password",
    submit: "Sign in",
    cancel: "Cancel",
    wrong: "This user name and password don’t match. Check both and try again.",
    empty: "Enter your user name and your password.",
    too_many: Pattern::new("Too many attempts. Wait {time}, then try again."),
    session_ended: "You have been signed out. Please sign in again.",
    start_again: "This page had been open for too long. Please sign in again.",
};

const APP: AppText = AppText {
    website: Pattern::new("Website: {host}"),
    policy: Pattern::new("Privacy policy: {host}"),
    tos: Pattern::new("Terms of service: {host}"),
    open: Pattern::new("Open {client}"),
    choose: "Choose an account",
    continue_as: Pattern::new("Continue as {account}"),
    another: "Use another account",
};

const CONSENT: ConsentText = ConsentText {
    title: "Allow access",
    heading: Pattern::new("Allow {client} to use your account?"),
    resources: Pattern::new("It asks for access to {resources}"),
    required: Pattern::new("{client} will be able to"),
    optional: "You can also let it",
    allowed_before: "Allowed before",
    openid: "Know that it’s you",
    profile: "See your profile, such as your name and picture",
    email: "See your email address",
    address: "See your postal address",
    phone: "See your phone number",
    offline_access: "Keep its access while you are away",
    other_scope: Pattern::new("Use the permission {scope}"),
    duration: "How long?",
    visit: "This visit only",
    days30: "30 days",
    until_withdrawn: "Until I take it back",
    described_at: Pattern::new("This app is described by {host}. Nobody here has checked who that is."),
    self_registered: "This app registered itself. Nobody here has checked who it is.",
    loopback: "This app runs on your own device. Allow it only if you started it just now.",
    allow: "Allow",
    deny: "Don’t allow",
    return_to: Pattern::new("You will return to {host} either way."),
    switch: "Not you? Use another account",
    client_id: "Client ID",
};

const DEVICE: DeviceText = DeviceText {
    title: "Connect a device",
    lead: "Enter the code that your device shows",
    sign_in: "to connect a device",
    code: "Code",
    hint: "Only you should have seen this code. If somebody sent it to you, close this page.",
    submit: "Continue",
    empty: "Enter the code that your device shows.",
    unknown: "We can’t find a device for this code. Check it, or let your device show a new one: each code works once, for ten minutes.",
    warning: Pattern::new(
        "Go on only if you started this yourself and your device shows {code}. If somebody sent you here, don’t allow it: you would let them into your account.",
    ),
    allowed_title: "Your device is connected",
    allowed: Pattern::new("{client} goes on there by itself. You can close this page."),
    denied_title: "The device isn’t connected",
    denied: Pattern::new("{client} was told that you don’t allow it. You can close this page."),
    account: "Your account",
};

const ACCOUNT: AccountText = AccountText {
    title: "Your account",
    apps: "Connected apps",
    no_apps: "No apps are connected",
    on_a_device: "on a device",
    apps_cut: "There are more. Disconnect one of these to see the next.",
    allowed_on: Pattern::new("Allowed on {date}"),
    unasked: "Allowed by whoever runs this server",
    until_disconnected: "until you disconnect it",
    until_date: Pattern::new("until {date}"),
    until_sign_out: "until you sign out",
    disconnect: "Disconnect",
    disconnect_app: Pattern::new("Disconnect {client}"),
    sign_ins: "Where you are signed in",
    sign_ins_off: "This server keeps no list of the browsers you are signed in with.",
    unknown_browser: "Unknown browser",
    since: Pattern::new("Since {date}"),
    this_browser: "This browser",
    sign_out: "Sign out",
    sign_out_of: Pattern::new("Sign out of {browser}"),
    sign_out_here: "Sign out of this browser",
    sign_out_everywhere: "Sign out everywhere",
    everywhere_hint: "If you have lost a device, or see a browser that isn’t yours, sign out of all of them. That includes this one.",
    change_password: "Change password",
    change_hint: "This signs you out everywhere else, and ends the access of apps that began with the old password.",
    current_password: "Current password",
    disconnected: "The app is disconnected from your account.",
    signed_out_elsewhere: "That browser is signed out.",
    password_changed: "Your password is changed. You are signed out everywhere else.",
    wrong_password: "The current password is not right. Check it and try again.",
    unchanged: "Nothing was changed. See below how things are now, and try again.",
};

const NEW_PASSWORD: NewPasswordText = NewPasswordText {
    invited_title: "Choose your password",
    invited: "Your account is ready. With a password you can sign in to it.",
    reset_title: "Choose a new password",
    reset: "Your old password will stop working, and you will be signed out everywhere.",
    password: "New password",
    hint: "At least 8 characters. Several words in a row are easy to remember and hard to guess.",
    again: "New password, once more",
    submit: "Set password",
    differ: "The two passwords are not the same. Type the new one twice.",
    not_saved: "Your new password may not have been saved, and the old one may no longer work. Choose it once more.",
    too_short: "The new password is too short. Use at least 8 characters.",
    too_long: "The new password is too long. Use fewer characters.",
    unfit: "The new password has a character that can’t be used. Use letters, digits, spaces and signs.",
    done_title: "Your password is set",
    done: "Sign in with it whenever you want to see your account, or start from an app.",
    sign_in: "Sign in",
};

const SIGN_OUT: SignOutText = SignOutText {
    title: "Sign out",
    question: "Do you want to sign out?",
    asked_by: Pattern::new("{client} asks to sign you out here, too."),
    asked: "You can sign in again at any time.",
    submit: "Sign out",
    stay: "Stay signed in",
    done_title: "You are signed out",
    done: "On a device that others use, close this window as well.",
    continue_to: Pattern::new("Continue to {client}"),
};

const ERROR: ErrorText = ErrorText {
    details: "Details for developers",
    code: "Error code",
    description: "Description",
    unknown_client: ProblemText {
        title: "This app isn’t known here",
        happened: "You were sent here by an app that isn’t registered with this server, or no longer is. Nothing was shared with it.",
        advice: "Go back to the app and try again. If you get here once more, tell the people who make it.",
    },
    redirect_uri: ProblemText {
        title: "We stopped to keep your account safe",
        happened: "The app asked us to send you to an address that it hasn’t registered. Nothing was shared with it.",
        advice: "If you trust the app, go back to it and try again, or tell the people who make it.",
    },
    invalid_request: ProblemText {
        title: "This link doesn’t work",
        happened: "The request that brought you here is incomplete or damaged.",
        advice: "Go back to the app and try again from there.",
    },
    start_again: ProblemText {
        title: "This page is no longer valid",
        happened: "It had been open for too long, or was opened in another browser.",
        advice: "Go back to the app and start again. If this keeps happening, allow cookies for this site.",
    },
    too_large: ProblemText {
        title: "That’s more than we can take",
        happened: "The request that brought you here is too long.",
        advice: "Go back to the app and try again. If you get here once more, tell the people who make it.",
    },
    not_found: ProblemText {
        title: "There is no such page",
        happened: "The address may be mistyped or out of date.",
        advice: "Check the address, or start from the app that you want to use.",
    },
    link_spent: ProblemText {
        title: "This link no longer works",
        happened: "This link has been used or is too old.",
        advice: "Ask for a new one from whoever gave you this one.",
    },
    method_not_allowed: ProblemText {
        title: "This page can’t be opened like that",
        happened: "The address is right, but it is meant to be reached in another way.",
        advice: "Start again from the app that you want to use.",
    },
    unavailable: ProblemText {
        title: "Something went wrong on our side",
        happened: "We couldn’t finish what you asked for. It isn’t your fault, and nothing was shared.",
        advice: "Wait a moment, then go back to the app and try again.",
    },
};

const FORWARD: ForwardText = ForwardText {
    back_title: "Taking you back to the app",
    back: "If nothing happens, press Continue.",
    again_title: "One moment",
    again: "If nothing happens, press Continue.",
};

const FRONT: FrontText = FrontText {
    heading: "This server signs people in to apps",
    about: "It shows each app only what you allow. There is nothing to do on this page: to sign in, start from the app that you want to use. What you have allowed is on the page of your account.",
    account: "Your account",
    account_hint: "Connected apps, where you are signed in, password",
    good: "Everything works",
    limited: "Working, with parts switched off",
    bad: "Not working properly",
    checks: "Checks",
    configuration: "Configuration",
    store: "Store",
    ledger: "Ledger",
    ledger_off: "Switched off: codes rest on their 60 seconds and PKCE, refresh tokens do not rotate, and devices can’t be connected.",
    check_good: "Good",
    check_limited: "Off",
    check_bad: "Failing",
    developers: "For developers",
    issuer: "Issuer",
    version: "Version",
    openid_configuration: "OpenID Connect configuration",
    authorization_server: "OAuth server metadata",
    jwks: "Public keys (JWK Set)",
};

const MISCONFIGURED: MisconfiguredText = MisconfiguredText {
    title: "This server isn’t ready yet",
    visitor: "It can’t sign anyone in until its settings are complete. If you came from an app, please try again later.",
    operator: "If you run this server, set these right and deploy it again:",
};
