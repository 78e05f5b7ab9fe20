// Calls with a nanosecond to live, which a gRPC library would end by itself: sent by Node's HTTP/2.
//   node late_calls.mjs '{"address":"localhost:7400","authority":"ca.crt","key":"","certificate":"",
//     "token":"…","path":"/maplebridge….Service/Method","message":"<base64>","count":40}'
// Prints how each ended and how often: {"grpc-status 4":40}, or "reset 8", or an error's code.
import { readFileSync } from 'node:fs';
import http2 from 'node:http2';

const wanted = JSON.parse(process.argv[2]);
const message = Buffer.from(wanted.message, 'base64');
const frame = Buffer.concat([Buffer.alloc(5), message]);
frame.writeUInt32BE(message.length, 1);
const own = (path) => (path ? readFileSync(path) : undefined);
const session = http2.connect(`https://${wanted.address}`, {
  ca: readFileSync(wanted.authority), key: own(wanted.key), cert: own(wanted.certificate),
});
const identity = wanted.token ? { authorization: `Bearer ${wanted.token}` } : {};

function call() {
  return new Promise((resolve) => {
    let ended;
    const stream = session.request({
      ':method': 'POST', ':path': wanted.path, 'content-type': 'application/grpc', te: 'trailers',
      'grpc-timeout': '1n', ...identity,
    });
    const note = (headers) => {
      if ('grpc-status' in headers) ended = `grpc-status ${headers['grpc-status']}`;
    };
    stream.on('response', note);
    stream.on('trailers', note);
    stream.on('error', (error) => { ended ??= error.code; });
    stream.on('close', () => resolve(ended ?? `reset ${stream.rstCode}`));
    stream.resume();
    stream.end(frame);
  });
}

const counts = {};
for (let i = 0; i < wanted.count; ++i) {
  const end = await call();
  counts[end] = (counts[end] ?? 0) + 1;
}
console.log(JSON.stringify(counts));
session.close();
