// Requests of a page in WebKit, and their answers.
import { Gone } from "./webkit-inspector.mjs";

// A page that goes elsewhere takes its requests along: those need no answer.
function unlessGone(error) {
  if (!(error instanceof Gone) && !/pending intercept|already been processed/i.test(error.message)) throw error;
}

export class Request {
  #process;
  #id;
  #request;
  #type;
  #frame;
  #failure = null;

  constructor(process, id, request, type, frame) {
    this.#process = process;
    this.#id = id;
    this.#request = request;
    this.#type = type;
    this.#frame = frame;
  }

  url = () => this.#request.url;
  method = () => this.#request.method;
  headers = () =>
    Object.fromEntries(Object.entries(this.#request.headers).map(([name, value]) => [name.toLowerCase(), value]));
  postData = () => this.#request.postData;
  frame = () => this.#frame;
  isNavigationRequest = () => this.#type == "Document";
  failure = () => this.#failure;

  asSent(request) {
    this.#request = request;
    return this;
  }

  failed(errorText) {
    this.#failure = { errorText };
    return this;
  }

  /** Answers in the place of a server. */
  async respond({ status = 200, headers = {}, contentType, body = "" }) {
    const type = contentType ?? headers["Content-Type"] ?? "text/plain";
    const answer = {
      requestId: this.#id,
      content: Buffer.from(body).toString("base64"),
      base64Encoded: true,
      mimeType: type.split(";")[0],
      status,
      statusText: status < 400 ? "OK" : "Not OK",
      headers: { ...headers, "Content-Type": type },
    };
    await this.#process.send("Network.interceptRequestWithResponse", answer).catch(unlessGone);
  }

  async continue() {
    const answer = { requestId: this.#id, stage: "request" };
    await this.#process.send("Network.interceptContinue", answer).catch(unlessGone);
  }

  async abort() {
    const answer = { requestId: this.#id, errorType: "General" };
    await this.#process.send("Network.interceptRequestWithError", answer).catch(unlessGone);
  }
}

export class Response {
  #response;

  constructor(response) {
    this.#response = response;
  }

  url = () => this.#response.url;
  status = () => this.#response.status;
  headers = () => this.#response.headers;
}
