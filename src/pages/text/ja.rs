//! 日本語

use super::{
    AccountText, AppText, ConsentText, DeviceText, ErrorText, ForwardText, FrontText, MisconfiguredText,
    NewPasswordText, Pattern, ProblemText, SignInText, SignOutText, Text,
};

/// 日本語
pub const JA: Text = Text {
    lang: "ja",
    dir: "ltr",
    title_with_error: Pattern::new("エラー: {title}"),
    seconds: Pattern::new("{n} 秒"),
    minutes: Pattern::new("{n} 分"),
    months: ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"],
    day: Pattern::new("{year}年{month}月{day}日"),
    minute: Pattern::new("{date} {time} UTC"),
    go_on: "続ける",
    request_id: "リクエスト ID",
    signed_in_as: Pattern::new("{account} としてサインイン中"),
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
    title: "サインイン",
    continue_to: Pattern::new("{client} に進みます"),
    own_account: "アカウントを確認します",
    confirm: "ご本人であることを確認してください",
    username: "ユーザー名",
    password: "パスワード",
    submit: "サインイン",
    cancel: "キャンセル",
    wrong: "ユーザー名とパスワードが一致しません。両方を確認して、もう一度お試しください。",
    empty: "ユーザー名とパスワードを入力してください。",
    too_many: Pattern::new("試行回数が多すぎます。{time}ほど待ってから、もう一度お試しください。"),
    session_ended: "サインアウトしました。もう一度サインインしてください。",
    start_again: "このページは長時間開かれたままでした。もう一度サインインしてください。",
};

const APP: AppText = AppText {
    website: Pattern::new("ウェブサイト：{host}"),
    policy: Pattern::new("プライバシーポリシー：{host}"),
    tos: Pattern::new("利用規約：{host}"),
    open: Pattern::new("{client} を開く"),
    choose: "アカウントの選択",
    continue_as: Pattern::new("{account} として続ける"),
    another: "別のアカウントを使う",
};

const CONSENT: ConsentText = ConsentText {
    title: "アクセスの許可",
    heading: Pattern::new("{client} にアカウントの利用を許可しますか？"),
    resources: Pattern::new("このアプリは {resources} へのアクセスを求めています"),
    required: Pattern::new("{client} ができるようになること"),
    optional: "ほかに許可できること",
    allowed_before: "許可済み",
    openid: "ご本人であることの確認",
    profile: "プロフィール（名前や写真など）の閲覧",
    email: "メールアドレスの閲覧",
    address: "住所の閲覧",
    phone: "電話番号の閲覧",
    offline_access: "ご不在の間もアクセスを継続",
    other_scope: Pattern::new("権限 {scope} の使用"),
    duration: "許可する期間",
    visit: "今回のみ",
    days30: "30 日間",
    until_withdrawn: "取り消すまで",
    described_at: Pattern::new(
        "このアプリの情報は {host} によるものです。運営者の身元はこのサーバーでは確認されていません。",
    ),
    self_registered: "このアプリは自ら登録したものです。提供元の身元はこのサーバーでは確認されていません。",
    loopback: "このアプリはお使いの端末で動作しています。ご自身で今起動した場合にのみ許可してください。",
    allow: "許可する",
    deny: "許可しない",
    return_to: Pattern::new("どちらを選んでも {host} に戻ります。"),
    switch: "別のアカウントを使う",
    client_id: "クライアント ID",
};

const DEVICE: DeviceText = DeviceText {
    title: "デバイスの接続",
    lead: "デバイスに表示されているコードを入力してください",
    sign_in: "デバイスを接続します",
    code: "コード",
    hint: "このコードを見たのはご自身だけのはずです。誰かから送られてきた場合は、このページを閉じてください。",
    submit: "続ける",
    empty: "デバイスに表示されているコードを入力してください。",
    unknown: "このコードのデバイスが見つかりません。コードを確認するか、デバイスで新しいコードを表示してください。コードは 10 分間有効で、一度だけ使えます。",
    warning: Pattern::new(
        "ご自身で操作を始め、デバイスに {code} と表示されている場合にのみ続けてください。誰かにここへ誘導された場合は許可しないでください。その人がアカウントを使えるようになってしまいます。",
    ),
    allowed_title: "デバイスを接続しました",
    allowed: Pattern::new("この先はデバイスの {client} が自動で進みます。このページを閉じてかまいません。"),
    denied_title: "デバイスは接続されていません",
    denied: Pattern::new("許可されなかったことを {client} に伝えました。このページを閉じてかまいません。"),
    account: "アカウント",
};

const ACCOUNT: AccountText = AccountText {
    title: "アカウント",
    apps: "接続済みのアプリ",
    no_apps: "接続済みのアプリはありません",
    on_a_device: "デバイス上",
    apps_cut: "ほかにもあります。続きを表示するには、いずれかの接続を解除してください。",
    allowed_on: Pattern::new("{date}に許可"),
    unasked: "このサーバーの運営者が許可",
    until_disconnected: "接続を解除するまで",
    until_date: Pattern::new("{date}まで"),
    until_sign_out: "サインアウトするまで",
    disconnect: "接続を解除",
    disconnect_app: Pattern::new("{client} の接続を解除"),
    sign_ins: "サインイン中のブラウザー",
    sign_ins_off: "このサーバーは、サインイン中のブラウザーの一覧を保存していません。",
    unknown_browser: "不明なブラウザー",
    since: Pattern::new("{date} から"),
    this_browser: "このブラウザー",
    sign_out: "サインアウト",
    sign_out_of: Pattern::new("{browser} からサインアウト"),
    sign_out_here: "このブラウザーからサインアウト",
    sign_out_everywhere: "すべてのブラウザーからサインアウト",
    everywhere_hint: "デバイスを紛失した場合や、見覚えのないブラウザーがある場合は、すべてからサインアウトしてください。このブラウザーも含まれます。",
    change_password: "パスワードを変更",
    change_hint: "変更すると、ほかのすべてのブラウザーからサインアウトし、以前のパスワードのもとで始まったアプリのアクセスは終了します。",
    current_password: "現在のパスワード",
    disconnected: "アプリの接続を解除しました。",
    signed_out_elsewhere: "そのブラウザーからサインアウトしました。",
    password_changed: "パスワードを変更しました。ほかのすべてのブラウザーからサインアウトしました。",
    wrong_password: "現在のパスワードが正しくありません。確認して、もう一度お試しください。",
    unchanged: "何も変更されませんでした。現在の状態を下で確認して、もう一度お試しください。",
};

const NEW_PASSWORD: NewPasswordText = NewPasswordText {
    invited_title: "パスワードを設定してください",
    invited: "アカウントの準備ができました。パスワードを設定するとサインインできます。",
    reset_title: "新しいパスワードを設定してください",
    reset: "以前のパスワードは使えなくなり、すべてのブラウザーからサインアウトします。",
    password: "新しいパスワード",
    hint: "8 文字以上。いくつかの単語を並べると、覚えやすく推測されにくくなります。",
    again: "新しいパスワード（確認）",
    submit: "パスワードを設定",
    differ: "2 つのパスワードが一致しません。新しいパスワードを 2 回入力してください。",
    not_saved: "新しいパスワードは保存されていない可能性があり、以前のパスワードも使えなくなっているかもしれません。もう一度設定してください。",
    too_short: "新しいパスワードが短すぎます。8 文字以上にしてください。",
    too_long: "新しいパスワードが長すぎます。文字数を減らしてください。",
    unfit: "新しいパスワードに使用できない文字があります。文字、数字、空白、記号を使用してください。",
    done_title: "パスワードを設定しました",
    done: "アカウントを確認するときは、このパスワードでサインインしてください。アプリから始めることもできます。",
    sign_in: "サインイン",
};

const SIGN_OUT: SignOutText = SignOutText {
    title: "サインアウト",
    question: "サインアウトしますか？",
    asked_by: Pattern::new("{client} が、ここでもサインアウトすることを求めています。"),
    asked: "いつでももう一度サインインできます。",
    submit: "サインアウト",
    stay: "サインインしたままにする",
    done_title: "サインアウトしました",
    done: "ほかの人も使う端末では、このウィンドウも閉じてください。",
    continue_to: Pattern::new("{client} に進む"),
};

const ERROR: ErrorText = ErrorText {
    details: "開発者向けの詳細",
    code: "エラーコード",
    description: "説明",
    unknown_client: ProblemText {
        title: "このアプリは登録されていません",
        happened: "このサーバーに登録されていないか、登録が取り消されたアプリから移動してきました。アプリには何も伝えていません。",
        advice: "アプリに戻って、もう一度お試しください。再びこのページが表示される場合は、アプリの提供元にお知らせください。",
    },
    redirect_uri: ProblemText {
        title: "アカウントを守るために中断しました",
        happened: "アプリが、登録されていないアドレスへの移動を求めました。アプリには何も伝えていません。",
        advice: "信頼できるアプリであれば、アプリに戻ってもう一度お試しいただくか、アプリの提供元にお知らせください。",
    },
    invalid_request: ProblemText {
        title: "このリンクは使えません",
        happened: "このページを開いたリクエストが不完全か、壊れています。",
        advice: "アプリに戻って、そこからもう一度お試しください。",
    },
    start_again: ProblemText {
        title: "このページは無効になりました",
        happened: "長時間開かれたままだったか、別のブラウザーで開かれました。",
        advice: "アプリに戻って、最初からやり直してください。繰り返し表示される場合は、このサイトの Cookie を許可してください。",
    },
    too_large: ProblemText {
        title: "データが大きすぎます",
        happened: "このページを開いたリクエストが長すぎます。",
        advice: "アプリに戻って、もう一度お試しください。再びこのページが表示される場合は、アプリの提供元にお知らせください。",
    },
    not_found: ProblemText {
        title: "ページが見つかりません",
        happened: "アドレスが間違っているか、古くなっている可能性があります。",
        advice: "アドレスを確認するか、使いたいアプリから始めてください。",
    },
    link_spent: ProblemText {
        title: "このリンクは使えなくなりました",
        happened: "すでに使用されたか、古くなっています。",
        advice: "このリンクを受け取った相手に、新しいリンクを依頼してください。",
    },
    method_not_allowed: ProblemText {
        title: "この方法ではページを開けません",
        happened: "アドレスは正しいのですが、別の方法で開く必要があります。",
        advice: "使いたいアプリから、もう一度始めてください。",
    },
    unavailable: ProblemText {
        title: "サーバーで問題が発生しました",
        happened: "処理を完了できませんでした。お客様の操作が原因ではありません。何も伝えていません。",
        advice: "しばらく待ってからアプリに戻り、もう一度お試しください。",
    },
};

const FORWARD: ForwardText = ForwardText {
    back_title: "アプリに戻ります",
    back: "何も起こらない場合は、［続ける］を押してください。",
    again_title: "お待ちください",
    again: "何も起こらない場合は、［続ける］を押してください。",
};

const FRONT: FrontText = FrontText {
    heading: "アプリにサインインするためのサーバーです",
    about: "それぞれのアプリには、許可された内容だけを渡します。このページですることはありません。サインインするには、使いたいアプリから始めてください。許可した内容は、アカウントのページで確認できます。",
    account: "アカウント",
    account_hint: "接続済みのアプリ、サインイン中のブラウザー、パスワード",
    good: "すべて正常です",
    limited: "一部の機能を停止して動作しています",
    bad: "正常に動作していません",
    checks: "確認項目",
    configuration: "構成",
    store: "ストレージ",
    ledger: "台帳",
    ledger_off: "停止中です。コードの保護は 60 秒の期限と PKCE によるもののみとなり、リフレッシュトークンは更新されず、デバイスは接続できません。",
    check_good: "正常",
    check_limited: "停止中",
    check_bad: "異常",
    developers: "開発者向け",
    issuer: "発行者",
    version: "バージョン",
    openid_configuration: "OpenID Connect の構成",
    authorization_server: "OAuth サーバーのメタデータ",
    jwks: "公開鍵（JWK Set）",
};

const MISCONFIGURED: MisconfiguredText = MisconfiguredText {
    title: "このサーバーはまだ準備ができていません",
    visitor: "設定が完了するまで、サインインできません。アプリから移動してきた場合は、しばらくしてからもう一度お試しください。",
    operator: "このサーバーの運営者は、次の項目を修正して再度デプロイしてください。",
};
