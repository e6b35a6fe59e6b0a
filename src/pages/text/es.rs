//! Español.

use super::{
    AccountText, AppText, ConsentText, DeviceText, ErrorText, ForwardText, FrontText, MisconfiguredText,
    NewPasswordText, Pattern, ProblemText, SignInText, SignOutText, Text,
};

/// Español.
pub const ES: Text = Text {
    lang: "es",
    dir: "ltr",
    title_with_error: Pattern::new("Error: {title}"),
    seconds: Pattern::new("{n} s"),
    minutes: Pattern::new("{n} min"),
    months: ["ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sept", "oct", "nov", "dic"],
    day: Pattern::new("{day} {month} {year}"),
    minute: Pattern::new("{date}, {time} UTC"),
    go_on: "Continuar",
    request_id: "Identificador de la solicitud",
    signed_in_as: Pattern::new("Sesión iniciada como {account}"),
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
    title: "Iniciar sesión",
    continue_to: Pattern::new("para continuar a {client}"),
    own_account: "para ver su cuenta",
    confirm: "Confirme que es usted",
    username: "Nombre de usuario",
    password: "Contraseña",
    submit: "Iniciar sesión",
    cancel: "Cancelar",
    wrong: "El nombre de usuario y la contraseña no coinciden. Compruebe ambos e inténtelo de nuevo.",
    empty: "Escriba su nombre de usuario y su contraseña.",
    too_many: Pattern::new("Demasiados intentos. Espere {time} e inténtelo de nuevo."),
    session_ended: "Se ha cerrado su sesión. Vuelva a iniciarla.",
    start_again: "Esta página llevaba demasiado tiempo abierta. Vuelva a iniciar sesión.",
};

const APP: AppText = AppText {
    website: Pattern::new("Sitio web: {host}"),
    policy: Pattern::new("Política de privacidad: {host}"),
    tos: Pattern::new("Condiciones del servicio: {host}"),
    open: Pattern::new("Abrir {client}"),
    choose: "Elegir una cuenta",
    continue_as: Pattern::new("Continuar como {account}"),
    another: "Usar otra cuenta",
};

const CONSENT: ConsentText = ConsentText {
    title: "Permitir el acceso",
    heading: Pattern::new("¿Permitir que {client} use su cuenta?"),
    resources: Pattern::new("La aplicación pide acceso a {resources}"),
    required: Pattern::new("{client} podrá"),
    optional: "También puede permitirle",
    allowed_before: "Ya permitido",
    openid: "Saber que es usted",
    profile: "Ver su perfil, como su nombre y su foto",
    email: "Ver su dirección de correo electrónico",
    address: "Ver su dirección postal",
    phone: "Ver su número de teléfono",
    offline_access: "Mantener el acceso cuando usted no esté",
    other_scope: Pattern::new("Usar el permiso {scope}"),
    duration: "¿Durante cuánto tiempo?",
    visit: "Solo esta visita",
    days30: "30 días",
    until_withdrawn: "Hasta que lo retire",
    described_at: Pattern::new("Esta aplicación está descrita por {host}. Nadie aquí ha comprobado de quién se trata."),
    self_registered: "Esta aplicación se registró por sí misma. Nadie aquí ha comprobado quién es.",
    loopback: "Esta aplicación se ejecuta en su propio dispositivo. Permítala solo si acaba de iniciarla.",
    allow: "Permitir",
    deny: "No permitir",
    return_to: Pattern::new("En ambos casos volverá a {host}."),
    switch: "¿No es usted? Usar otra cuenta",
    client_id: "Identificador de cliente",
};

const DEVICE: DeviceText = DeviceText {
    title: "Conectar un dispositivo",
    lead: "Escriba el código que muestra su dispositivo",
    sign_in: "para conectar un dispositivo",
    code: "Código",
    hint: "Solo usted debería haber visto este código. Si alguien se lo ha enviado, cierre esta página.",
    submit: "Continuar",
    empty: "Escriba el código que muestra su dispositivo.",
    unknown: "No encontramos ningún dispositivo para este código. Compruébelo o pida a su dispositivo que muestre uno nuevo: cada código sirve una sola vez, durante diez minutos.",
    warning: Pattern::new(
        "Continúe solo si usted mismo ha empezado esto y su dispositivo muestra {code}. Si alguien le ha enviado aquí, no lo permita: le daría acceso a su cuenta.",
    ),
    allowed_title: "Su dispositivo está conectado",
    allowed: Pattern::new("{client} continúa allí por sí solo. Puede cerrar esta página."),
    denied_title: "El dispositivo no está conectado",
    denied: Pattern::new("Se ha comunicado a {client} que usted no lo permite. Puede cerrar esta página."),
    account: "Su cuenta",
};

const ACCOUNT: AccountText = AccountText {
    title: "Su cuenta",
    apps: "Aplicaciones conectadas",
    no_apps: "No hay aplicaciones conectadas",
    on_a_device: "en un dispositivo",
    apps_cut: "Hay más. Desconecte una de estas para ver la siguiente.",
    allowed_on: Pattern::new("Permitida el {date}"),
    unasked: "Permitida por quien administra este servidor",
    until_disconnected: "hasta que la desconecte",
    until_date: Pattern::new("hasta el {date}"),
    until_sign_out: "hasta que cierre sesión",
    disconnect: "Desconectar",
    disconnect_app: Pattern::new("Desconectar {client}"),
    sign_ins: "Dónde tiene la sesión iniciada",
    sign_ins_off: "Este servidor no guarda una lista de los navegadores en los que ha iniciado sesión.",
    unknown_browser: "Navegador desconocido",
    since: Pattern::new("Desde el {date}"),
    this_browser: "Este navegador",
    sign_out: "Cerrar sesión",
    sign_out_of: Pattern::new("Cerrar sesión en {browser}"),
    sign_out_here: "Cerrar sesión en este navegador",
    sign_out_everywhere: "Cerrar sesión en todas partes",
    everywhere_hint: "Si ha perdido un dispositivo o ve un navegador que no es suyo, cierre la sesión en todos. También se cerrará en este.",
    change_password: "Cambiar la contraseña",
    change_hint: "Se cerrará su sesión en todos los demás sitios y terminará el acceso de las aplicaciones que empezó con la contraseña anterior.",
    current_password: "Contraseña actual",
    disconnected: "La aplicación está desconectada de su cuenta.",
    signed_out_elsewhere: "Se ha cerrado la sesión en ese navegador.",
    password_changed: "Su contraseña ha cambiado. Se ha cerrado su sesión en todos los demás sitios.",
    wrong_password: "La contraseña actual no es correcta. Compruébela e inténtelo de nuevo.",
    unchanged: "No se ha cambiado nada. Vea abajo cómo está todo ahora e inténtelo de nuevo.",
};

const NEW_PASSWORD: NewPasswordText = NewPasswordText {
    invited_title: "Elija su contraseña",
    invited: "Su cuenta está lista. Con una contraseña podrá iniciar sesión.",
    reset_title: "Elija una contraseña nueva",
    reset: "Su contraseña anterior dejará de funcionar y se cerrará su sesión en todas partes.",
    password: "Contraseña nueva",
    hint: "Al menos 8 caracteres. Varias palabras seguidas son fáciles de recordar y difíciles de adivinar.",
    again: "Contraseña nueva, otra vez",
    submit: "Establecer la contraseña",
    differ: "Las dos contraseñas no son iguales. Escriba la nueva dos veces.",
    not_saved: "Es posible que su contraseña nueva no se haya guardado y que la anterior ya no funcione. Elíjala otra vez.",
    too_short: "La contraseña nueva es demasiado corta. Use al menos 8 caracteres.",
    too_long: "La contraseña nueva es demasiado larga. Use menos caracteres.",
    unfit: "La contraseña nueva tiene un carácter que no se puede usar. Use letras, cifras, espacios y signos.",
    done_title: "Su contraseña está establecida",
    done: "Inicie sesión con ella cuando quiera ver su cuenta, o empiece desde una aplicación.",
    sign_in: "Iniciar sesión",
};

const SIGN_OUT: SignOutText = SignOutText {
    title: "Cerrar sesión",
    question: "¿Quiere cerrar sesión?",
    asked_by: Pattern::new("{client} pide cerrar su sesión también aquí."),
    asked: "Puede volver a iniciar sesión en cualquier momento.",
    submit: "Cerrar sesión",
    stay: "Mantener la sesión",
    done_title: "Ha cerrado sesión",
    done: "En un dispositivo que usan otras personas, cierre también esta ventana.",
    continue_to: Pattern::new("Continuar a {client}"),
};

const ERROR: ErrorText = ErrorText {
    details: "Detalles para desarrolladores",
    code: "Código de error",
    description: "Descripción",
    unknown_client: ProblemText {
        title: "Esta aplicación no se conoce aquí",
        happened: "Le ha enviado aquí una aplicación que no está registrada en este servidor o que ya no lo está. No se le ha comunicado nada.",
        advice: "Vuelva a la aplicación e inténtelo de nuevo. Si llega aquí otra vez, avise a quienes la hacen.",
    },
    redirect_uri: ProblemText {
        title: "Nos hemos detenido para proteger su cuenta",
        happened: "La aplicación nos ha pedido que le enviemos a una dirección que no ha registrado. No se le ha comunicado nada.",
        advice: "Si confía en la aplicación, vuelva a ella e inténtelo de nuevo, o avise a quienes la hacen.",
    },
    invalid_request: ProblemText {
        title: "Este enlace no funciona",
        happened: "La solicitud que le ha traído aquí está incompleta o dañada.",
        advice: "Vuelva a la aplicación e inténtelo de nuevo desde allí.",
    },
    start_again: ProblemText {
        title: "Esta página ya no es válida",
        happened: "Llevaba demasiado tiempo abierta o se abrió en otro navegador.",
        advice: "Vuelva a la aplicación y empiece de nuevo. Si sigue ocurriendo, permita las cookies de este sitio.",
    },
    too_large: ProblemText {
        title: "Es más de lo que podemos aceptar",
        happened: "La solicitud que le ha traído aquí es demasiado larga.",
        advice: "Vuelva a la aplicación e inténtelo de nuevo. Si llega aquí otra vez, avise a quienes la hacen.",
    },
    not_found: ProblemText {
        title: "Esta página no existe",
        happened: "Puede que la dirección esté mal escrita o anticuada.",
        advice: "Compruebe la dirección o empiece desde la aplicación que quiere usar.",
    },
    link_spent: ProblemText {
        title: "Este enlace ya no funciona",
        happened: "Ya se ha usado o es demasiado antiguo.",
        advice: "Pida uno nuevo a quien le dio este.",
    },
    method_not_allowed: ProblemText {
        title: "Esta página no se puede abrir así",
        happened: "La dirección es correcta, pero se llega a ella de otra manera.",
        advice: "Empiece de nuevo desde la aplicación que quiere usar.",
    },
    unavailable: ProblemText {
        title: "Algo ha fallado por nuestra parte",
        happened: "No hemos podido terminar lo que pidió. No es culpa suya y no se ha comunicado nada.",
        advice: "Espere un momento, vuelva a la aplicación e inténtelo de nuevo.",
    },
};

const FORWARD: ForwardText = ForwardText {
    back_title: "Volviendo a la aplicación",
    back: "Si no ocurre nada, pulse Continuar.",
    again_title: "Un momento",
    again: "Si no ocurre nada, pulse Continuar.",
};

const FRONT: FrontText = FrontText {
    heading: "Este servidor sirve para iniciar sesión en aplicaciones",
    about: "Muestra a cada aplicación solo lo que usted permite. En esta página no hay nada que hacer: para iniciar sesión, empiece desde la aplicación que quiere usar. Lo que ha permitido está en la página de su cuenta.",
    account: "Su cuenta",
    account_hint: "Aplicaciones conectadas, dónde tiene la sesión iniciada, contraseña",
    good: "Todo funciona",
    limited: "En funcionamiento, con partes desactivadas",
    bad: "No funciona correctamente",
    checks: "Comprobaciones",
    configuration: "Configuración",
    store: "Almacenamiento",
    ledger: "Registro",
    ledger_off: "Desactivado: los códigos dependen de sus 60 segundos y de PKCE, los tokens de actualización no rotan y no se pueden conectar dispositivos.",
    check_good: "Bien",
    check_limited: "Desactivado",
    check_bad: "Con fallos",
    developers: "Para desarrolladores",
    issuer: "Emisor",
    version: "Versión",
    openid_configuration: "Configuración de OpenID Connect",
    authorization_server: "Metadatos del servidor OAuth",
    jwks: "Claves públicas (JWK Set)",
};

const MISCONFIGURED: MisconfiguredText = MisconfiguredText {
    title: "Este servidor aún no está listo",
    visitor: "No puede iniciar la sesión de nadie hasta que su configuración esté completa. Si viene de una aplicación, inténtelo más tarde.",
    operator: "Si administra este servidor, corrija lo siguiente y vuelva a desplegarlo:",
};
