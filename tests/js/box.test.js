/** Casting over a bad network: the same bytes until an answer stands. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { after, test } from "node:test";

import { Pause, persist, request } from "../../app/static/booth/box.js";

/** What the server does with the next requests; what it got. */
let plan = [];
const received = [];
const server = createServer(async (asked, answer) => {
  let body = "";
  for await (const part of asked) body += part;
  received.push({ method: asked.method, headers: asked.headers, body });
  const { status = 200, json = {}, html, headers = {}, drop = false } = plan.shift() ?? {};
  if (drop) {
    asked.socket.destroy();
    return;
  }
  answer.writeHead(status, { "Content-Type": html ? "text/html" : "application/json", ...headers });
  answer.end(html ?? JSON.stringify(json));
}).listen(0, "127.0.0.1");
await once(server, "listening");
const url = `http://127.0.0.1:${server.address().port}/rost`;
after(() => server.close());

function expect(...steps) {
  plan = steps;
  received.length = 0;
}

/** Runs a cast in which every pause is ended at once, by `end`. */
async function cast(end, network = new EventTarget()) {
  const pause = new Pause(network);
  const pauses = [];
  let tries = 0;
  const answer = await persist(url, { ballot: "{\"å\":1}" }, pause, (why, seconds) => {
    pauses.push([why, seconds]);
    setImmediate(() => end(pause, network));
  }, () => tries++);
  return { answer, pauses, tries };
}

test("the same bytes go out until the server has answered", async () => {
  expect({ drop: true }, { status: 502, html: "<h1>Bad gateway</h1>" }, { status: 503, json: { error: "busy" } }, { json: { receipt: 1 } });
  const { answer, pauses, tries } = await cast((pause) => pause.end());
  assert.deepEqual(answer.body, { receipt: 1 });
  assert.equal(tries, 4);
  assert.deepEqual(pauses, [["away", 2], ["away", 4], ["busy", 8]]);
  assert.equal(received.length, 4);
  assert.equal(new Set(received.map(({ body }) => body)).size, 1);
  assert.equal(received[0].headers["content-type"], "application/json");
  assert.equal(received[0].headers.cookie, undefined);
});

test("the network's return ends the pause", async () => {
  expect({ drop: true }, { json: {} });
  const { tries } = await cast((_pause, network) => network.dispatchEvent(new Event("online")));
  assert.equal(tries, 2);
});

test("what the server asks to wait is waited, within reason", async () => {
  expect({ status: 429, json: { error: "slow-down" }, headers: { "Retry-After": "17" } },
    { status: 503, json: { error: "busy" }, headers: { "Retry-After": "3600" } }, { json: {} });
  const { pauses } = await cast((pause) => pause.end());
  assert.deepEqual(pauses, [["busy", 17], ["busy", 30]]);
});

test("a refusal stands at once", async () => {
  for (const status of [400, 403, 404, 409, 410, 413, 415, 422]) {
    expect({ status, json: { error: "no" } });
    const { answer, tries } = await cast(() => assert.fail("no pause"));
    assert.equal(answer.status, status);
    assert.equal(tries, 1);
  }
});

test("a page that answers in the server's place is not an answer", async () => {
  expect({ html: "<h1>Log in to the hotel's network</h1>" });
  assert.equal(await request(url), null);
  expect({ status: 302, html: "", headers: { Location: "/login" } });
  assert.equal(await request(url), null);
  assert.equal(received.length, 1);
});
