// One unary call by @grpc/grpc-js, which nobody here wrote: what a court's Node system would do.
//   node node_call.mjs '{"address":"localhost:7400","authority":"ca.crt","key":"","certificate":"",
//     "token":"","protos":["proto"],"file":"maplebridge/….proto","service":"maplebridge.….Service",
//     "method":"Get…","request":{},"seconds":5}'
// Prints {"code":0,"details":"","response":{}}.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';

const require = createRequire(new URL('../../../deploy/npm/', import.meta.url));
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');

const wanted = JSON.parse(process.argv[2]);
const types = grpc.loadPackageDefinition(loader.loadSync(wanted.file, {
  includeDirs: wanted.protos, keepCase: true, longs: String, enums: String, arrays: true,
}));
const Service = wanted.service.split('.').reduce((place, name) => place[name], types);
const own = (path) => (path ? readFileSync(path) : null);
const client = new Service(wanted.address, grpc.credentials.createSsl(
  readFileSync(wanted.authority), own(wanted.key), own(wanted.certificate)));
const metadata = new grpc.Metadata();
if (wanted.token) metadata.set('authorization', `Bearer ${wanted.token}`);
const deadline = Date.now() + (wanted.seconds ?? 10) * 1000;
client[wanted.method](wanted.request ?? {}, metadata, { deadline }, (error, response) => {
  console.log(JSON.stringify({
    code: error ? error.code : 0, details: error ? error.details : '', response: response ?? null,
    has_details: Boolean(error?.metadata?.get('grpc-status-details-bin').length),
  }));
  client.close();
});
