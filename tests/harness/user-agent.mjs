// A browser without a screen or scripts: fetch, cookies, plain HTML forms. It follows no redirect that it is not told to.

const ENTITIES = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: "\u00a0" };
const REDIRECTS = 20;

export class UserAgent {
  constructor() {
    this.cookies = []; // { host, path, name, value, expires }
  }

  /** One request; → Page. `init` is fetch's, with cookies added and redirects left alone. */
  async request(url, init = {}) {
    const target = new URL(url);
    const headers = new Headers(init.headers);
    const cookie = this.cookieHeader(target);
    if (cookie) headers.set("cookie", cookie);
    if (!headers.has("accept")) headers.set("accept", "text/html,*/*;q=0.8");
    const ask = () => fetch(target, { ...init, headers, redirect: "manual" });
    // RFC 9110 §9.2.2: what changes nothing is asked once more when the server closed the connection meanwhile, as browsers do.
    const response = await ask().catch((error) => (init.method === undefined && error.cause?.code === "UND_ERR_SOCKET" ? ask() : Promise.reject(error)));
    for (const line of response.headers.getSetCookie()) this.keep(line, target);
    return new Page(target, response, await response.text());
  }

  get(url) {
    return this.request(url);
  }

  /** Posts a form of `page`: its fields, `fields` over them, and the button (its value, or { name, value }). */
  async submit(page, { form = page.form(), fields = {}, button } = {}) {
    const body = form.filled(fields, button);
    const headers = { origin: page.url.origin, referer: page.url.href };
    // Wrangler's proxy, which is spoken to by http, makes http of an Origin that has its own name; browsers tell this as well.
    if (page.url.protocol === "https:") headers["sec-fetch-site"] = new URL(form.action).origin === page.url.origin ? "same-origin" : "cross-site";
    if (form.method === "get") {
      const url = new URL(form.action);
      url.search = body.toString();
      return this.request(url, { headers: { referer: page.url.href } });
    }
    return this.request(form.action, { method: "POST", body, headers });
  }

  /** Follows redirects from `page` until `stop(url)` holds for the next one, or there is none. */
  async follow(page, stop = () => false) {
    for (let n = 0; page.location && !stop(page.location); n += 1) {
      if (n === REDIRECTS) throw new Error(`more than ${REDIRECTS} redirects, the last to ${page.location}`);
      page = await this.get(page.location);
    }
    return page;
  }

  /**
   * Walks an authorization request to its end as a person would: signs in, decides on consent.
   * → { url, params, page }: where the client was answered, with which parameters (query, fragment or form_post).
   * Throws when a page leads nowhere, such as an error page or a sign-in that is refused.
   */
  async authorize(url, { username, password, decision = "allow", fields = {}, redirectUri } = {}) {
    const asked = new URL(url);
    const target = redirectUri ?? asked.searchParams.get("redirect_uri");
    const atClient = (location) => (target ? bare(location) === bare(new URL(target)) : location.origin !== asked.origin);
    let page = await this.follow(await this.get(url), atClient);
    for (let signedIn = false; !page.location; page = await this.follow(page, atClient)) {
      const form = page.forms[0];
      if (form && atClient(new URL(form.action))) return { url: new URL(form.action), params: form.filled(), page };
      if (form?.control("password")) {
        if (signedIn || username === undefined) throw new Error(`sign-in was refused or is needed:\n${page.text()}`);
        signedIn = true;
        page = await this.submit(page, { fields: { username, password } });
      } else if (form?.control("decision")) {
        page = await this.submit(page, { fields, button: { name: "decision", value: decision } });
      } else {
        throw new Error(`${page.status} at ${page.url}, and no way on:\n${page.text()}`);
      }
    }
    const { location } = page;
    const params = location.search ? location.searchParams : new URLSearchParams(location.hash.slice(1));
    return { url: location, params, page };
  }

  cookieHeader(url) {
    const now = Date.now();
    return this.cookies
      .filter((c) => c.host === url.hostname && under(url.pathname, c.path) && c.expires > now && (!c.secure || url.protocol === "https:"))
      .map((c) => `${c.name}=${c.value}`)
      .join("; ");
  }

  keep(line, url) {
    const [pair, ...attributes] = line.split(";").map((part) => part.trim());
    const split = pair.indexOf("=");
    const cookie = { host: url.hostname, path: url.pathname.replace(/\/[^/]*$/, "") || "/", name: pair.slice(0, split), value: pair.slice(split + 1), expires: Infinity, secure: false };
    for (const attribute of attributes) {
      const [name, value = ""] = attribute.split(/=(.*)/s);
      if (/^path$/i.test(name) && value.startsWith("/")) cookie.path = value;
      if (/^secure$/i.test(name)) cookie.secure = true;
      if (/^expires$/i.test(name) && cookie.expires === Infinity) cookie.expires = Date.parse(value);
      if (/^max-age$/i.test(name)) cookie.expires = Date.now() + Number(value) * 1000;
    }
    this.cookies = this.cookies.filter((c) => !(c.host === cookie.host && c.path === cookie.path && c.name === cookie.name));
    if (cookie.expires > Date.now()) this.cookies.push(cookie);
  }

  cookie(name) {
    return this.cookies.find((c) => c.name === name || c.name.startsWith(name));
  }
}

export class Page {
  constructor(url, response, body) {
    this.url = url;
    this.status = response.status;
    this.headers = response.headers;
    this.body = body;
    const location = response.status >= 300 && response.status < 400 ? response.headers.get("location") : null;
    this.location = location === null ? null : new URL(location, url);
    // Wrangler's proxy, which is spoken to by http, makes http of a Location that has its own name.
    if (this.location?.host === url.host) this.location.protocol = url.protocol;
  }

  get forms() {
    return [...this.body.matchAll(/<form\b([^>]*)>(.*?)<\/form>/gis)].map(([, tag, inner]) => new Form(attributesOf(tag), inner, this.url));
  }

  /** The form that has a control of this name, or the only one. */
  form(control) {
    const found = this.forms.filter((form) => control === undefined || form.control(control));
    if (found.length !== 1) throw new Error(`${found.length} such forms on ${this.url} (${this.status}):\n${this.text()}`);
    return found[0];
  }

  json() {
    return JSON.parse(this.body);
  }

  /** What a person reads. */
  text() {
    return decode(this.body.replace(/<(style|script|head)\b.*?<\/\1>/gis, " ").replace(/<[^>]*>/g, " ")).replace(/\s+/g, " ").trim();
  }
}

export class Form {
  constructor(attributes, inner, url) {
    this.method = (attributes.method ?? "get").toLowerCase();
    this.action = new URL(attributes.action || url.href, url).href;
    this.controls = [...inner.matchAll(/<(input|button|textarea|select)\b([^>]*?)\/?>(?:([^<]*)<\/textarea>)?/gis)].map(([, element, tag, text]) => {
      const given = attributesOf(tag);
      const type = (given.type ?? (element.toLowerCase() === "button" ? "submit" : "text")).toLowerCase();
      return { element: element.toLowerCase(), type, name: given.name, value: given.value ?? decode(text ?? ""), checked: "checked" in given, disabled: "disabled" in given, given };
    });
    for (const [, tag, options] of inner.matchAll(/<select\b([^>]*)>(.*?)<\/select>/gis)) {
      const all = [...options.matchAll(/<option\b([^>]*)>([^<]*)/gis)].map(([, option, text]) => ({ ...attributesOf(option), text: decode(text).trim() }));
      const chosen = all.find((option) => "selected" in option) ?? all[0];
      this.control(attributesOf(tag).name).value = chosen?.value ?? chosen?.text ?? "";
    }
  }

  control(name) {
    return this.controls.find((control) => control.name === name);
  }

  /** What a browser would send: a field set to null is left out, as an unticked box is. */
  filled(fields = {}, button) {
    const body = new URLSearchParams();
    for (const { type, name, value, checked, disabled } of this.controls) {
      if (!name || disabled || name in fields || type === "submit") continue;
      if ((type === "checkbox" || type === "radio") && !checked) continue;
      body.append(name, value || (type === "checkbox" ? "on" : ""));
    }
    for (const [name, value] of Object.entries(fields)) {
      for (const one of Array.isArray(value) ? value : [value]) if (one !== null) body.append(name, one);
    }
    const pressed = typeof button === "string" ? this.controls.find((c) => c.type === "submit" && c.value === button) : button;
    if (button !== undefined && !pressed) throw new Error(`the form has no button ${button}`);
    if (pressed?.name) body.append(pressed.name, pressed.value);
    return body;
  }
}

function attributesOf(tag) {
  const found = {};
  for (const [, name, double, single, plain] of tag.matchAll(/([^\s=/>"']+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+)))?/g)) {
    found[name.toLowerCase()] = decode(double ?? single ?? plain ?? "");
  }
  return found;
}

function decode(text) {
  return text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex, decimal, name) => {
    if (hex) return String.fromCodePoint(Number.parseInt(hex, 16));
    if (decimal) return String.fromCodePoint(Number(decimal));
    return ENTITIES[name.toLowerCase()] ?? whole;
  });
}

function bare(url) {
  return `${url.origin}${url.origin === "null" ? url.protocol : ""}${url.pathname}`;
}

function under(path, folder) {
  return path === folder || path.startsWith(folder.endsWith("/") ? folder : `${folder}/`);
}
