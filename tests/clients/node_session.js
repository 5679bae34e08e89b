// node-vault, the Node.js client, against the real server: init, unseal, token, policy, kv, pki.
// Arguments: hsm|shamir, the server's address. The CA comes by NODE_EXTRA_CA_CERTS.
'use strict';
const assert = require('node:assert');
const { X509Certificate } = require('node:crypto');

const [kind, endpoint] = process.argv.slice(2);
const connect = (token) => require('node-vault')({ apiVersion: 'v1', endpoint, token });
const stranger = connect();
let root; // a client that keeps the root token: tokenCreate makes a client switch to the token it gets
let rootToken;
let keys;

async function refused(promise, status) {
  await assert.rejects(promise, (error) => {
    assert.strictEqual(error.response?.statusCode, status, error.message);
    return true;
  });
}

async function settled() {
  for (let i = 0; i < 50 && (await stranger.status()).sealed; i++) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  assert.strictEqual((await stranger.status()).sealed, false);
}

const tests = {
  async initialises() {
    assert.strictEqual((await stranger.initialized()).initialized, false);
    const shares = kind === 'shamir' ? { secret_shares: 3, secret_threshold: 2 } : { recovery_shares: 3, recovery_threshold: 2 };
    // init() insists on secret_shares, which an HSM seal refuses; the same request by write().
    const answer = kind === 'shamir' ? await stranger.init(shares) : await stranger.write('sys/init', shares);
    rootToken = answer.root_token;
    root = connect(rootToken);
    keys = kind === 'shamir' ? answer.keys_base64 : answer.recovery_keys;
    assert.strictEqual(keys.length, 3);
  },
  async unseals() {
    if (kind === 'shamir') {
      assert.strictEqual((await stranger.unseal({ key: keys[0] })).progress, 1);
      await refused(stranger.unseal({ key: 'not a key' }), 400);
      await stranger.unseal({ key: keys[2] });
    }
    await settled();
    await stranger.health();
  },
  async 'makes and revokes tokens'() {
    const { auth } = await connect(rootToken).tokenCreate({ policies: ['default'], ttl: '30m' });
    const mine = connect(auth.client_token);
    assert.deepStrictEqual((await mine.tokenLookupSelf()).data.policies, ['default']);
    await mine.tokenRenewSelf({ increment: '20m' });
    await root.tokenRevoke({ token: auth.client_token });
    await refused(mine.tokenLookupSelf(), 403);
  },
  async 'hands over a wrapped answer once'() {
    const wrapped = await root.write('sys/wrapping/wrap', { colour: 'red' }, { headers: { 'X-Vault-Wrap-TTL': '60s' } });
    assert.strictEqual(wrapped.data, null);
    const { token } = wrapped.wrap_info;
    assert.deepStrictEqual((await connect(token).unwrap({ token })).data, { colour: 'red' });
    await refused(root.unwrap({ token }), 400);
  },
  async 'writes policies'() {
    await root.addPolicy({ name: 'reader', rules: 'path "things/*" { capabilities = ["read", "list"] }' });
    assert.ok((await root.policies()).data.policies.includes('reader'));
    assert.match((await root.getPolicy({ name: 'reader' })).data.rules, /things/);
    await refused(root.addPolicy({ name: 'broken', rules: 'path "x" { capabilities = ["read" }' }), 400);
  },
  async 'keeps key values, version 1'() {
    await root.mount({ mount_point: 'things', type: 'kv', options: { version: '1' } });
    await root.write('things/a', { colour: 'red' });
    const { auth } = await connect(rootToken).tokenCreate({ policies: ['reader'] });
    const reader = connect(auth.client_token);
    assert.strictEqual((await reader.read('things/a')).data.colour, 'red');
    assert.deepStrictEqual((await reader.list('things/')).data.keys, ['a']);
    await refused(reader.write('things/a', { colour: 'blue' }), 403);
    await root.delete('things/a');
    await refused(reader.read('things/a'), 404);
  },
  async 'keeps key values, version 2'() {
    await root.mount({ mount_point: 'kv2', type: 'kv', options: { version: '2' } });
    await root.write('kv2/data/app', { data: { a: '1' } });
    await refused(root.write('kv2/data/app', { options: { cas: 7 }, data: { a: '2' } }), 400);
    const { data } = await root.read('kv2/data/app');
    assert.strictEqual(data.data.a, '1');
    assert.strictEqual(data.metadata.version, 1);
  },
  async 'issues certificates'() {
    await root.mount({ mount_point: 'ca', type: 'pki' });
    const authority = await root.write('ca/root/generate/internal', { common_name: 'node root', key_type: 'ec', ttl: '700h' });
    await root.write('ca/roles/web', { allow_any_name: true, key_type: 'ec', max_ttl: '24h' });
    const { data } = await root.write('ca/issue/web', { common_name: 'node.example.test' });
    const leaf = new X509Certificate(data.certificate);
    assert.ok(leaf.verify(new X509Certificate(authority.data.certificate).publicKey));
    assert.match(leaf.subjectAltName, /node\.example\.test/);
    await root.write('ca/revoke', { serial_number: data.serial_number });
    await root.unmount({ mount_point: 'ca' });
  },
  async 'logs people and machines in'() {
    await root.enableAuth({ mount_point: 'userpass', type: 'userpass' });
    await root.write('auth/userpass/users/ann', { password: 's3cret', token_policies: 'reader' });
    const ann = connect();
    const { auth } = await ann.userpassLogin({ username: 'ann', password: 's3cret' });
    assert.deepStrictEqual(auth.policies, ['default', 'reader']);
    assert.strictEqual((await connect(auth.client_token).tokenLookupSelf()).data.display_name, 'userpass-ann');
    await refused(connect().userpassLogin({ username: 'ann', password: 'wrong' }), 400);
    await root.enableAuth({ mount_point: 'approle', type: 'approle' });
    await root.addApproleRole({ role_name: 'web', policies: 'reader', secret_id_num_uses: 1 });
    const roleId = (await root.getApproleRoleId({ role_name: 'web' })).data.role_id;
    const secret = (await root.getApproleRoleSecret({ role_name: 'web' })).data;
    const login = { role_id: roleId, secret_id: secret.secret_id };
    const machine = (await connect().approleLogin(login)).auth;
    assert.strictEqual(machine.metadata.role_name, 'web');
    await connect(machine.client_token).tokenRenewSelf({ increment: '20m' });
    await refused(connect().approleLogin(login), 400);
    await root.disableAuth({ mount_point: 'approle' });
    await refused(connect(machine.client_token).tokenLookupSelf(), 403);
  },
  async 'lists mounts, auth methods and audit devices'() {
    assert.ok((await root.mounts())['kv2/']);
    assert.ok((await root.auths()).data['token/']);
    assert.ok(Object.keys((await root.audits()).data).length > 0);
  },
  async seals() {
    await root.seal();
    assert.strictEqual((await stranger.status()).sealed, true);
  },
};

(async () => {
  let passed = 0;
  let failed = 0;
  for (const [name, test] of Object.entries(tests)) {
    try {
      await test();
      passed++;
      console.log(`ok      node-vault, ${kind}: ${name}`);
    } catch (error) {
      failed++;
      console.log(`FAILED  node-vault, ${kind}: ${name}\n${error.stack}`, error.response?.body ?? '');
    }
  }
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed ? 1 : 0;
})();
