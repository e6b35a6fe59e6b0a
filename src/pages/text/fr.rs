//! Français. Devant « : », « ; », « ? », « ! » et à l’intérieur des guillemets : une espace insécable (U+00A0).

use super::{
    AccountText, AppText, ConsentText, DeviceText, ErrorText, ForwardText, FrontText, MisconfiguredText,
    NewPasswordText, Pattern, ProblemText, SignInText, SignOutText, Text,
};

/// Français.
pub const FR: Text = Text {
    lang: "fr",
    dir: "ltr",
    title_with_error: Pattern::new("Erreur : {title}"),
    seconds: Pattern::new("{n} s"),
    minutes: Pattern::new("{n} min"),
    months: ["janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."],
    day: Pattern::new("{day} {month} {year}"),
    minute: Pattern::new("{date}, {time} UTC"),
    go_on: "Continuer",
    request_id: "Identifiant de la requête",
    signed_in_as: Pattern::new("Connecté en tant que {account}"),
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
    title: "Se connecter",
    continue_to: Pattern::new("pour continuer vers {client}"),
    own_account: "pour voir votre compte",
    confirm: "Confirmez qu’il s’agit bien de vous",
    username: "Nom d’utilisateur",
    password: "Mot de passe",
    submit: "Se connecter",
    cancel: "Annuler",
    wrong: "Ce nom d’utilisateur et ce mot de passe ne correspondent pas. Vérifiez-les et réessayez.",
    empty: "Saisissez votre nom d’utilisateur et votre mot de passe.",
    too_many: Pattern::new("Trop de tentatives. Patientez {time}, puis réessayez."),
    session_ended: "Vous avez été déconnecté. Veuillez vous reconnecter.",
    start_again: "Cette page était ouverte depuis trop longtemps. Veuillez vous reconnecter.",
};

const APP: AppText = AppText {
    website: Pattern::new("Site web : {host}"),
    policy: Pattern::new("Politique de confidentialité : {host}"),
    tos: Pattern::new("Conditions d’utilisation : {host}"),
    open: Pattern::new("Ouvrir {client}"),
    choose: "Choisir un compte",
    continue_as: Pattern::new("Continuer en tant que {account}"),
    another: "Utiliser un autre compte",
};

const CONSENT: ConsentText = ConsentText {
    title: "Autoriser l’accès",
    heading: Pattern::new("Autoriser {client} à utiliser votre compte ?"),
    resources: Pattern::new("L’application demande l’accès à {resources}"),
    required: Pattern::new("{client} pourra"),
    optional: "Vous pouvez aussi l’autoriser à",
    allowed_before: "Déjà autorisé",
    openid: "Savoir que c’est vous",
    profile: "Voir votre profil, comme votre nom et votre photo",
    email: "Voir votre adresse e-mail",
    address: "Voir votre adresse postale",
    phone: "Voir votre numéro de téléphone",
    offline_access: "Conserver son accès en votre absence",
    other_scope: Pattern::new("Utiliser l’autorisation {scope}"),
    duration: "Pour combien de temps ?",
    visit: "Cette visite seulement",
    days30: "30 jours",
    until_withdrawn: "Jusqu’à ce que je la retire",
    described_at: Pattern::new("Cette application est décrite par {host}. Personne ici n’a vérifié de qui il s’agit."),
    self_registered: "Cette application s’est enregistrée elle-même. Personne ici n’a vérifié qui elle est.",
    loopback: "Cette application fonctionne sur votre propre appareil. Ne l’autorisez que si vous venez de la lancer.",
    allow: "Autoriser",
    deny: "Ne pas autoriser",
    return_to: Pattern::new("Dans les deux cas, vous reviendrez à {host}."),
    switch: "Ce n’est pas vous ? Utiliser un autre compte",
    client_id: "Identifiant client",
};

const DEVICE: DeviceText = DeviceText {
    title: "Connecter un appareil",
    lead: "Saisissez le code affiché par votre appareil",
    sign_in: "pour connecter un appareil",
    code: "Code",
    hint: "Vous seul devriez avoir vu ce code. Si quelqu’un vous l’a envoyé, fermez cette page.",
    submit: "Continuer",
    empty: "Saisissez le code affiché par votre appareil.",
    unknown: "Aucun appareil ne correspond à ce code. Vérifiez-le, ou demandez-en un nouveau à votre appareil : chaque code sert une seule fois, pendant dix minutes.",
    warning: Pattern::new(
        "Ne continuez que si vous avez commencé cela vous-même et que votre appareil affiche {code}. Si quelqu’un vous a envoyé ici, n’autorisez pas : vous lui donneriez accès à votre compte.",
    ),
    allowed_title: "Votre appareil est connecté",
    allowed: Pattern::new("{client} continue tout seul sur l’appareil. Vous pouvez fermer cette page."),
    denied_title: "L’appareil n’est pas connecté",
    denied: Pattern::new("{client} a été informé de votre refus. Vous pouvez fermer cette page."),
    account: "Votre compte",
};

const ACCOUNT: AccountText = AccountText {
    title: "Votre compte",
    apps: "Applications connectées",
    no_apps: "Aucune application n’est connectée",
    on_a_device: "sur un appareil",
    apps_cut: "Il y en a d’autres. Déconnectez l’une de celles-ci pour voir la suivante.",
    allowed_on: Pattern::new("Autorisée le {date}"),
    unasked: "Autorisée par l’administrateur de ce serveur",
    until_disconnected: "jusqu’à ce que vous la déconnectiez",
    until_date: Pattern::new("jusqu’au {date}"),
    until_sign_out: "jusqu’à votre déconnexion",
    disconnect: "Déconnecter",
    disconnect_app: Pattern::new("Déconnecter {client}"),
    sign_ins: "Où vous êtes connecté",
    sign_ins_off: "Ce serveur ne tient pas de liste des navigateurs dans lesquels vous êtes connecté.",
    unknown_browser: "Navigateur inconnu",
    since: Pattern::new("Depuis le {date}"),
    this_browser: "Ce navigateur",
    sign_out: "Se déconnecter",
    sign_out_of: Pattern::new("Se déconnecter de {browser}"),
    sign_out_here: "Se déconnecter de ce navigateur",
    sign_out_everywhere: "Se déconnecter partout",
    everywhere_hint: "Si vous avez perdu un appareil, ou si vous voyez un navigateur qui n’est pas le vôtre, déconnectez-vous de tous. Y compris de celui-ci.",
    change_password: "Changer le mot de passe",
    change_hint: "Vous serez déconnecté partout ailleurs, et les accès d’applications commencés avec l’ancien mot de passe prendront fin.",
    current_password: "Mot de passe actuel",
    disconnected: "L’application est déconnectée de votre compte.",
    signed_out_elsewhere: "Ce navigateur-là est déconnecté.",
    password_changed: "Votre mot de passe est changé. Vous êtes déconnecté partout ailleurs.",
    wrong_password: "Le mot de passe actuel est incorrect. Vérifiez-le et réessayez.",
    unchanged: "Rien n’a été modifié. Voyez ci-dessous l’état actuel, puis réessayez.",
};

const NEW_PASSWORD: NewPasswordText = NewPasswordText {
    invited_title: "Choisissez votre mot de passe",
    invited: "Votre compte est prêt. Un mot de passe vous permettra de vous y connecter.",
    reset_title: "Choisissez un nouveau mot de passe",
    reset: "Votre ancien mot de passe ne fonctionnera plus, et vous serez déconnecté partout.",
    password: "Nouveau mot de passe",
    hint: "Au moins 8 caractères. Plusieurs mots à la suite sont faciles à retenir et difficiles à deviner.",
    again: "Nouveau mot de passe, une seconde fois",
    submit: "Définir le mot de passe",
    differ: "Les deux mots de passe ne sont pas identiques. Saisissez le nouveau deux fois.",
    not_saved: "Votre nouveau mot de passe n’a peut-être pas été enregistré, et l’ancien ne fonctionne peut-être plus. Choisissez-le encore une fois.",
    too_short: "Le nouveau mot de passe est trop court. Utilisez au moins 8 caractères.",
    too_long: "Le nouveau mot de passe est trop long. Utilisez moins de caractères.",
    unfit: "Le nouveau mot de passe contient un caractère inutilisable. Utilisez des lettres, des chiffres, des espaces et des signes.",
    done_title: "Votre mot de passe est défini",
    done: "Connectez-vous avec lui quand vous voulez voir votre compte, ou partez d’une application.",
    sign_in: "Se connecter",
};

const SIGN_OUT: SignOutText = SignOutText {
    title: "Se déconnecter",
    question: "Voulez-vous vous déconnecter ?",
    asked_by: Pattern::new("{client} demande à vous déconnecter ici aussi."),
    asked: "Vous pourrez vous reconnecter à tout moment.",
    submit: "Se déconnecter",
    stay: "Rester connecté",
    done_title: "Vous êtes déconnecté",
    done: "Sur un appareil que d’autres utilisent, fermez aussi cette fenêtre.",
    continue_to: Pattern::new("Continuer vers {client}"),
};

const ERROR: ErrorText = ErrorText {
    details: "Détails pour les développeurs",
    code: "Code d’erreur",
    description: "Description",
    unknown_client: ProblemText {
        title: "Cette application n’est pas connue ici",
        happened: "Vous venez d’une application qui n’est pas enregistrée auprès de ce serveur, ou ne l’est plus. Rien ne lui a été communiqué.",
        advice: "Retournez à l’application et réessayez. Si vous revenez ici, signalez-le à ses auteurs.",
    },
    redirect_uri: ProblemText {
        title: "Nous nous sommes arrêtés pour protéger votre compte",
        happened: "L’application nous a demandé de vous envoyer à une adresse qu’elle n’a pas enregistrée. Rien ne lui a été communiqué.",
        advice: "Si vous faites confiance à l’application, retournez-y et réessayez, ou signalez-le à ses auteurs.",
    },
    invalid_request: ProblemText {
        title: "Ce lien ne fonctionne pas",
        happened: "La requête qui vous a amené ici est incomplète ou endommagée.",
        advice: "Retournez à l’application et réessayez à partir de là.",
    },
    start_again: ProblemText {
        title: "Cette page n’est plus valable",
        happened: "Elle est restée ouverte trop longtemps, ou a été ouverte dans un autre navigateur.",
        advice: "Retournez à l’application et recommencez. Si cela se reproduit, autorisez les cookies pour ce site.",
    },
    too_large: ProblemText {
        title: "C’est plus que nous ne pouvons accepter",
        happened: "La requête qui vous a amené ici est trop longue.",
        advice: "Retournez à l’application et réessayez. Si vous revenez ici, signalez-le à ses auteurs.",
    },
    not_found: ProblemText {
        title: "Cette page n’existe pas",
        happened: "L’adresse est peut-être mal saisie ou périmée.",
        advice: "Vérifiez l’adresse, ou partez de l’application que vous voulez utiliser.",
    },
    link_spent: ProblemText {
        title: "Ce lien ne fonctionne plus",
        happened: "Il a déjà servi ou il est trop ancien.",
        advice: "Demandez-en un nouveau à la personne qui vous l’a donné.",
    },
    method_not_allowed: ProblemText {
        title: "Cette page ne s’ouvre pas ainsi",
        happened: "L’adresse est bonne, mais on y accède d’une autre manière.",
        advice: "Recommencez à partir de l’application que vous voulez utiliser.",
    },
    unavailable: ProblemText {
        title: "Un problème est survenu de notre côté",
        happened: "Nous n’avons pas pu terminer ce que vous demandiez. Ce n’est pas votre faute, et rien n’a été communiqué.",
        advice: "Patientez un instant, puis retournez à l’application et réessayez.",
    },
};

const FORWARD: ForwardText = ForwardText {
    back_title: "Retour à l’application",
    back: "Si rien ne se passe, appuyez sur Continuer.",
    again_title: "Un instant",
    again: "Si rien ne se passe, appuyez sur Continuer.",
};

const FRONT: FrontText = FrontText {
    heading: "Ce serveur permet de se connecter à des applications",
    about: "Il ne montre à chaque application que ce que vous autorisez. Il n’y a rien à faire sur cette page : pour vous connecter, partez de l’application que vous voulez utiliser. Ce que vous avez autorisé se trouve sur la page de votre compte.",
    account: "Votre compte",
    account_hint: "Applications connectées, où vous êtes connecté, mot de passe",
    good: "Tout fonctionne",
    limited: "En service, avec des parties désactivées",
    bad: "Ne fonctionne pas correctement",
    checks: "Vérifications",
    configuration: "Paramètres",
    store: "Stockage",
    ledger: "Registre",
    ledger_off: "Désactivé : les codes reposent sur leurs 60 secondes et sur PKCE, les jetons d’actualisation ne sont pas renouvelés, et aucun appareil ne peut être connecté.",
    check_good: "En ordre",
    check_limited: "Désactivé",
    check_bad: "En panne",
    developers: "Pour les développeurs",
    issuer: "Émetteur",
    version: "Version",
    openid_configuration: "Configuration OpenID Connect",
    authorization_server: "Métadonnées du serveur OAuth",
    jwks: "Clés publiques (JWK Set)",
};

const MISCONFIGURED: MisconfiguredText = MisconfiguredText {
    title: "Ce serveur n’est pas encore prêt",
    visitor: "Il ne peut connecter personne tant que ses paramètres ne sont pas complets. Si vous venez d’une application, réessayez plus tard.",
    operator: "Si vous gérez ce serveur, corrigez ce qui suit et déployez-le de nouveau :",
};
