//! Deutsch.

use super::{
    AccountText, AppText, ConsentText, DeviceText, ErrorText, ForwardText, FrontText, MisconfiguredText,
    NewPasswordText, Pattern, ProblemText, SignInText, SignOutText, Text,
};

/// Deutsch.
pub const DE: Text = Text {
    lang: "de",
    dir: "ltr",
    title_with_error: Pattern::new("Fehler: {title}"),
    seconds: Pattern::new("{n} Sek."),
    minutes: Pattern::new("{n} Min."),
    months: ["Jan.", "Feb.", "März", "Apr.", "Mai", "Juni", "Juli", "Aug.", "Sept.", "Okt.", "Nov.", "Dez."],
    day: Pattern::new("{day}. {month} {year}"),
    minute: Pattern::new("{date}, {time} UTC"),
    go_on: "Weiter",
    request_id: "Anfrage-ID",
    signed_in_as: Pattern::new("Angemeldet als {account}"),
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
    title: "Anmelden",
    continue_to: Pattern::new("um mit {client} fortzufahren"),
    own_account: "um Ihr Konto zu sehen",
    confirm: "Bestätigen Sie, dass Sie es sind",
    username: "Benutzername",
    password: "Passwort",
    submit: "Anmelden",
    cancel: "Abbrechen",
    wrong: "Benutzername und Passwort passen nicht zusammen. Prüfen Sie beides und versuchen Sie es noch einmal.",
    empty: "Geben Sie Ihren Benutzernamen und Ihr Passwort ein.",
    too_many: Pattern::new("Zu viele Versuche. Bitte warten Sie ({time}) und versuchen Sie es dann noch einmal."),
    session_ended: "Sie wurden abgemeldet. Bitte melden Sie sich noch einmal an.",
    start_again: "Diese Seite war zu lange offen. Bitte melden Sie sich noch einmal an.",
};

const APP: AppText = AppText {
    website: Pattern::new("Website der App: {host}"),
    policy: Pattern::new("Datenschutzerklärung: {host}"),
    tos: Pattern::new("Nutzungsbedingungen: {host}"),
    open: Pattern::new("{client} öffnen"),
    choose: "Konto auswählen",
    continue_as: Pattern::new("Als {account} fortfahren"),
    another: "Anderes Konto verwenden",
};

const CONSENT: ConsentText = ConsentText {
    title: "Zugriff erlauben",
    heading: Pattern::new("Darf {client} Ihr Konto verwenden?"),
    resources: Pattern::new("Die App möchte Zugriff auf {resources}"),
    required: Pattern::new("{client} kann dann"),
    optional: "Sie können außerdem erlauben",
    allowed_before: "Schon erlaubt",
    openid: "Erkennen, dass Sie es sind",
    profile: "Ihr Profil sehen, zum Beispiel Namen und Bild",
    email: "Ihre E-Mail-Adresse sehen",
    address: "Ihre Postanschrift sehen",
    phone: "Ihre Telefonnummer sehen",
    offline_access: "Den Zugriff behalten, auch wenn Sie nicht da sind",
    other_scope: Pattern::new("Die Berechtigung {scope} nutzen"),
    duration: "Wie lange?",
    visit: "Nur dieser Besuch",
    days30: "30 Tage",
    until_withdrawn: "Bis ich es widerrufe",
    described_at: Pattern::new("Diese App wird von {host} beschrieben. Hier hat niemand geprüft, wer das ist."),
    self_registered: "Diese App hat sich selbst registriert. Hier hat niemand geprüft, wer dahintersteht.",
    loopback: "Diese App läuft auf Ihrem eigenen Gerät. Erlauben Sie den Zugriff nur, wenn Sie sie gerade selbst gestartet haben.",
    allow: "Erlauben",
    deny: "Nicht erlauben",
    return_to: Pattern::new("In beiden Fällen kehren Sie zu {host} zurück."),
    switch: "Das sind nicht Sie? Anderes Konto verwenden",
    client_id: "Client-ID",
};

const DEVICE: DeviceText = DeviceText {
    title: "Gerät verbinden",
    lead: "Geben Sie den Code ein, den Ihr Gerät anzeigt",
    sign_in: "um ein Gerät zu verbinden",
    code: "Code",
    hint: "Nur Sie sollten diesen Code gesehen haben. Wenn jemand ihn Ihnen geschickt hat, schließen Sie diese Seite.",
    submit: "Weiter",
    empty: "Geben Sie den Code ein, den Ihr Gerät anzeigt.",
    unknown: "Zu diesem Code finden wir kein Gerät. Prüfen Sie ihn oder lassen Sie sich vom Gerät einen neuen anzeigen: Jeder Code gilt einmal und zehn Minuten lang.",
    warning: Pattern::new(
        "Fahren Sie nur fort, wenn Sie das selbst begonnen haben und Ihr Gerät {code} anzeigt. Wenn jemand Sie hierher geschickt hat, erlauben Sie es nicht: Sie würden ihn in Ihr Konto lassen.",
    ),
    allowed_title: "Ihr Gerät ist verbunden",
    allowed: Pattern::new("{client} macht dort von selbst weiter. Sie können diese Seite schließen."),
    denied_title: "Das Gerät ist nicht verbunden",
    denied: Pattern::new("{client} weiß nun, dass Sie es nicht erlauben. Sie können diese Seite schließen."),
    account: "Ihr Konto",
};

const ACCOUNT: AccountText = AccountText {
    title: "Ihr Konto",
    apps: "Verbundene Apps",
    no_apps: "Es sind keine Apps verbunden",
    on_a_device: "auf einem Gerät",
    apps_cut: "Es gibt noch mehr. Trennen Sie eine von diesen, um die nächste zu sehen.",
    allowed_on: Pattern::new("Erlaubt am {date}"),
    unasked: "Erlaubt vom Betreiber dieses Servers",
    until_disconnected: "bis Sie sie trennen",
    until_date: Pattern::new("bis {date}"),
    until_sign_out: "bis Sie sich abmelden",
    disconnect: "Trennen",
    disconnect_app: Pattern::new("{client} trennen"),
    sign_ins: "Wo Sie angemeldet sind",
    sign_ins_off: "Dieser Server führt keine Liste der Browser, in denen Sie angemeldet sind.",
    unknown_browser: "Unbekannter Browser",
    since: Pattern::new("Seit {date}"),
    this_browser: "Dieser Browser",
    sign_out: "Abmelden",
    sign_out_of: Pattern::new("Aus {browser} abmelden"),
    sign_out_here: "Aus diesem Browser abmelden",
    sign_out_everywhere: "Überall abmelden",
    everywhere_hint: "Wenn Sie ein Gerät verloren haben oder einen Browser sehen, der nicht Ihrer ist, melden Sie sich überall ab. Auch dieser Browser wird dann abgemeldet.",
    change_password: "Passwort ändern",
    change_hint: "Damit werden Sie überall sonst abgemeldet, und Apps verlieren den Zugriff, der mit dem alten Passwort begonnen hat.",
    current_password: "Aktuelles Passwort",
    disconnected: "Die App ist von Ihrem Konto getrennt.",
    signed_out_elsewhere: "Jener Browser ist abgemeldet.",
    password_changed: "Ihr Passwort ist geändert. Sie sind überall sonst abgemeldet.",
    wrong_password: "Das aktuelle Passwort stimmt nicht. Prüfen Sie es und versuchen Sie es noch einmal.",
    unchanged: "Es wurde nichts geändert. Sehen Sie unten den jetzigen Stand und versuchen Sie es noch einmal.",
};

const NEW_PASSWORD: NewPasswordText = NewPasswordText {
    invited_title: "Wählen Sie Ihr Passwort",
    invited: "Ihr Konto ist bereit. Mit einem Passwort können Sie sich anmelden.",
    reset_title: "Wählen Sie ein neues Passwort",
    reset: "Ihr altes Passwort gilt dann nicht mehr, und Sie werden überall abgemeldet.",
    password: "Neues Passwort",
    hint: "Mindestens 8 Zeichen. Mehrere Wörter hintereinander sind leicht zu merken und schwer zu erraten.",
    again: "Neues Passwort, noch einmal",
    submit: "Passwort festlegen",
    differ: "Die beiden Passwörter sind nicht gleich. Geben Sie das neue zweimal ein.",
    not_saved: "Ihr neues Passwort wurde vielleicht nicht gespeichert, und das alte gilt möglicherweise nicht mehr. Wählen Sie es noch einmal.",
    too_short: "Das neue Passwort ist zu kurz. Verwenden Sie mindestens 8 Zeichen.",
    too_long: "Das neue Passwort ist zu lang. Verwenden Sie weniger Zeichen.",
    unfit: "Das neue Passwort hat ein Zeichen, das nicht verwendet werden kann. Verwenden Sie Buchstaben, Ziffern, Leerzeichen und Satzzeichen.",
    done_title: "Ihr Passwort ist festgelegt",
    done: "Melden Sie sich damit an, wann immer Sie Ihr Konto sehen möchten, oder beginnen Sie in einer App.",
    sign_in: "Anmelden",
};

const SIGN_OUT: SignOutText = SignOutText {
    title: "Abmelden",
    question: "Möchten Sie sich abmelden?",
    asked_by: Pattern::new("{client} bittet darum, Sie auch hier abzumelden."),
    asked: "Sie können sich jederzeit wieder anmelden.",
    submit: "Abmelden",
    stay: "Angemeldet bleiben",
    done_title: "Sie sind abgemeldet",
    done: "Auf einem Gerät, das auch andere benutzen, schließen Sie bitte auch dieses Fenster.",
    continue_to: Pattern::new("Weiter zu {client}"),
};

const ERROR: ErrorText = ErrorText {
    details: "Einzelheiten für Entwickler",
    code: "Fehlercode",
    description: "Beschreibung",
    unknown_client: ProblemText {
        title: "Diese App ist hier nicht bekannt",
        happened: "Sie kommen von einer App, die bei diesem Server nicht oder nicht mehr registriert ist. Ihr wurde nichts mitgeteilt.",
        advice: "Gehen Sie zurück zur App und versuchen Sie es noch einmal. Wenn Sie wieder hier landen, sagen Sie es denen, die die App machen.",
    },
    redirect_uri: ProblemText {
        title: "Wir haben zum Schutz Ihres Kontos angehalten",
        happened: "Die App wollte Sie zu einer Adresse schicken, die sie nicht registriert hat. Ihr wurde nichts mitgeteilt.",
        advice: "Wenn Sie der App vertrauen, gehen Sie zu ihr zurück und versuchen Sie es noch einmal, oder sagen Sie es denen, die sie machen.",
    },
    invalid_request: ProblemText {
        title: "Dieser Link funktioniert nicht",
        happened: "Die Anfrage, die Sie hierher gebracht hat, ist unvollständig oder beschädigt.",
        advice: "Gehen Sie zurück zur App und versuchen Sie es von dort noch einmal.",
    },
    start_again: ProblemText {
        title: "Diese Seite gilt nicht mehr",
        happened: "Sie war zu lange offen oder wurde in einem anderen Browser geöffnet.",
        advice: "Gehen Sie zurück zur App und beginnen Sie von vorn. Wenn das öfter passiert, erlauben Sie Cookies für diese Website.",
    },
    too_large: ProblemText {
        title: "Das ist mehr, als wir annehmen können",
        happened: "Die Anfrage, die Sie hierher gebracht hat, ist zu lang.",
        advice: "Gehen Sie zurück zur App und versuchen Sie es noch einmal. Wenn Sie wieder hier landen, sagen Sie es denen, die die App machen.",
    },
    not_found: ProblemText {
        title: "Diese Seite gibt es nicht",
        happened: "Die Adresse ist vielleicht falsch geschrieben oder veraltet.",
        advice: "Prüfen Sie die Adresse oder beginnen Sie in der App, die Sie verwenden möchten.",
    },
    link_spent: ProblemText {
        title: "Dieser Link gilt nicht mehr",
        happened: "Er wurde schon benutzt oder ist zu alt.",
        advice: "Bitten Sie um einen neuen, wo Sie diesen bekommen haben.",
    },
    method_not_allowed: ProblemText {
        title: "So lässt sich diese Seite nicht öffnen",
        happened: "Die Adresse stimmt, aber sie wird auf einem anderen Weg erreicht.",
        advice: "Beginnen Sie noch einmal in der App, die Sie verwenden möchten.",
    },
    unavailable: ProblemText {
        title: "Bei uns ist etwas schiefgegangen",
        happened: "Wir konnten das nicht zu Ende bringen. Es liegt nicht an Ihnen, und es wurde nichts mitgeteilt.",
        advice: "Warten Sie einen Augenblick, gehen Sie dann zurück zur App und versuchen Sie es noch einmal.",
    },
};

const FORWARD: ForwardText = ForwardText {
    back_title: "Es geht zurück zur App",
    back: "Wenn nichts passiert, drücken Sie auf „Weiter“.",
    again_title: "Einen Augenblick",
    again: "Wenn nichts passiert, drücken Sie auf „Weiter“.",
};

const FRONT: FrontText = FrontText {
    heading: "Über diesen Server melden sich Menschen bei Apps an",
    about: "Er zeigt jeder App nur, was Sie erlauben. Auf dieser Seite gibt es nichts zu tun: Um sich anzumelden, beginnen Sie in der App, die Sie verwenden möchten. Was Sie erlaubt haben, steht auf der Seite Ihres Kontos.",
    account: "Ihr Konto",
    account_hint: "Verbundene Apps, wo Sie angemeldet sind, Passwort",
    good: "Alles funktioniert",
    limited: "In Betrieb, einiges ist ausgeschaltet",
    bad: "Funktioniert nicht richtig",
    checks: "Prüfungen",
    configuration: "Konfiguration",
    store: "Speicher",
    ledger: "Verbrauchsbuch",
    ledger_off: "Ausgeschaltet: Codes beruhen auf ihren 60 Sekunden und PKCE, Refresh-Tokens werden nicht ausgetauscht, und Geräte lassen sich nicht verbinden.",
    check_good: "Gut",
    check_limited: "Aus",
    check_bad: "Gestört",
    developers: "Für Entwickler",
    issuer: "Aussteller",
    version: "Version",
    openid_configuration: "OpenID-Connect-Konfiguration",
    authorization_server: "Metadaten des OAuth-Servers",
    jwks: "Öffentliche Schlüssel (JWK Set)",
};

const MISCONFIGURED: MisconfiguredText = MisconfiguredText {
    title: "Dieser Server ist noch nicht bereit",
    visitor: "Er kann niemanden anmelden, bis seine Einstellungen vollständig sind. Wenn Sie von einer App kommen, versuchen Sie es bitte später noch einmal.",
    operator: "Wenn Sie diesen Server betreiben, stellen Sie Folgendes richtig und veröffentlichen Sie ihn neu:",
};
