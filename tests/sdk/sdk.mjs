// What a program written with the TypeScript SDK does on a node: accounts, queries, transactions, a token, errors.
import assert from "node:assert/strict";
import { Convex, KeyPair } from "@convex-world/convex-ts";

const url = process.argv[2];
const COINS = 1_000_000_000;

const convex = new Convex(url);
const key = KeyPair.generate();

const made = await convex.createAccount(key, COINS);
assert.ok(Number.isInteger(made.address), "an account has an address");
convex.setAccount(made.address, key);
const info = await convex.getAccountInfo();
assert.equal(info.address, made.address);
assert.equal(info.balance, COINS);
assert.equal(info.sequence, 0);
assert.equal(String(info.key ?? info.publicKey).replace(/^0x/, "").toLowerCase(), key.publicKeyHex.replace(/^0x/, ""));

const given = await convex.faucet(made.address, 500);
assert.equal(given.amount ?? given.value, 500);
assert.equal((await convex.balance()).value, COINS + 500);
assert.equal((await convex.query("(+ 1 2 3)")).value, 6);
assert.equal((await convex.query({ address: "#13", source: "*address*" })).value, 13);

// One transaction after the other, each final when it is answered.
for (let i = 1; i <= 5; i++) {
  const result = await convex.transact(`(def x ${i})`);
  assert.equal(result.value, i);
  assert.ok(result.info.juice > 0 && result.info.tx.startsWith("0x"));
  assert.equal((await convex.query({ address: made.address, source: "x" })).value, i);
  assert.equal(await convex.getSequence(), i);
}

const other = await convex.createAccount(KeyPair.generate());
assert.equal((await convex.transfer(other.address, 12_345)).value, 12_345);
assert.equal((await convex.balance(other.address)).value, 12_345);

// Code that is longer than what is signed for it.
const long = await convex.transact(`(count "${"x".repeat(3000)}")`);
assert.equal(long.value, 3000);

const counter = await convex.transact(
  "(deploy (quote (do (def n 0) (defn ^:callable add [k] (set! n (+ n k)) (def n n) n))))",
);
assert.ok(Number.isInteger(counter.value), "deploying gives an address");
assert.equal((await convex.transact(`(call #${counter.value} (add 5))`)).value, 5);
assert.equal((await convex.query(`(lookup #${counter.value} n)`)).value, 5);

const token = await convex.transact("(deploy (@convex.fungible/build-token {:supply 1000 :decimals 2}))");
const coin = convex.fungible(`#${token.value}`);
assert.equal((await coin.supply()).value, 1000);
assert.equal((await coin.decimals()).value, 2);
assert.equal((await coin.balance(made.address)).value, 1000);
await coin.transfer(other.address, 10);
assert.equal((await coin.balance(other.address)).value, 10);
assert.equal((await coin.balance(made.address)).value, 990);

// Errors of code, of the request, and of signatures.
const fails = async (promise, part) => {
  const error = await promise.then((value) => assert.fail(`no error but ${JSON.stringify(value)}`), (error) => error);
  assert.match(String(error.code ?? "") + " " + error.message, part);
};
await fails(convex.query("(count)"), /ARITY/);
await fails(convex.query({ address: 99_999_999, source: "1" }), /NOBODY/);
await fails(convex.query("(foo"), /Line 1, column 1/);
await fails(convex.transact("(fail :FOO \"no\")"), /FOO/);
await fails(convex.transfer(99_999_999, 1), /NOBODY/);
const wrong = new Convex(url);
wrong.setAccount(made.address, KeyPair.generate());
await fails(wrong.transact("1"), /SIGNATURE/);
assert.equal((await convex.transact("(inc x)")).value, 6);
console.log("convex-ts 0.3.0: all is as it should be");
