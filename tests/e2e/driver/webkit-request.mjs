// Requests of a page in WebKit, and their answers.

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
    await this.#process.send("Network.interceptRequestWithResponse", {
      requestId: this.#id,
      content: Buffer.from(body).toString("base64"),
      base64Encoded: true,
      mimeType: type.split(";")[0],
      status,
      statusText: status < 400 ? "OK" : "Not OK",
      headers: { ...headers, "Content-Type": type },
    });
  }

  async continue() {
    await this.#process.send("Network.interceptContinue", { requestId: this.#id, stage: "request" });
  }

  async abort() {
    await this.#process.send("Network.interceptRequestWithError", { requestId: this.#id, errorType: "General" });
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
