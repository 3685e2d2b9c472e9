"""What a program written with the Python SDK does on a node: accounts, queries, transactions, a token, errors."""

import sys

from convex_sdk import Convex, KeyPair
from convex_sdk.exceptions import ConvexBaseError

url = sys.argv[1]
convex = Convex(url)
account = convex.create_account(KeyPair())


def equal(found, expected):
    assert found == expected, f'{found!r} is not {expected!r}'


def fails(part, action):
    try:
        found = action()
    except ConvexBaseError as error:
        assert part in str(error), f'{error} has no {part}'
    else:
        raise AssertionError(f'no error but {found!r}')


equal(convex.request_funds(500_000_000, account), 500_000_000)
equal(convex.get_balance(account), 500_000_000)
equal(convex.topup_account(account, 1_000), 0)
info = convex.get_account_info(account)
equal((info.address, info.sequence, info.type), (account.address, 0, 'user'))
equal(info.balance, 500_000_000)

equal(convex.query('(+ 1 2 3)', account).value, 6)
equal(convex.query('*address*', 13).value, 13)

for i in range(1, 6):
    equal(convex.transact(f'(def x {i})', account).value, i)
    equal(convex.query('x', account).value, i)
equal(convex.get_account_info(account).sequence, 5)

other = convex.create_account(KeyPair())
equal(convex.transfer(other, 1_234_567, account), 1_234_567)
equal(convex.get_balance(other), 1_234_567)
equal(convex.get_balance(99_999_999), 0)

equal(convex.transact(f'(count "{"x" * 3000}")', account).value, 3000)

counter = convex.transact(
    '(deploy (quote (do (def n 0) (defn ^:callable add [k] (def n (+ n k)) n))))', account
).value
equal(convex.transact(f'(call #{counter} (add 5))', account).value, 5)
equal(convex.get_address('x', account), 5)

token = convex.transact('(deploy (@convex.fungible/build-token {:supply 1000}))', account).value
equal(convex.query(f'(@convex.fungible/balance #{token} #{account.address})', account).value, 1000)
convex.transact(f'(@convex.fungible/transfer #{token} #{other.address} 10)', account)
equal(convex.query(f'(@convex.fungible/balance #{token} #{other.address})', account).value, 10)

fails('ARITY', lambda: convex.query('(count)', account))
fails('NOBODY', lambda: convex.query('1', 99_999_999))
fails('Line 1, column 1', lambda: convex.query('(foo', account))
fails('FOO', lambda: convex.transact('(fail :FOO "no")', account))
fails('NOBODY', lambda: convex.transfer(99_999_999, 1, account))
account.address, own = other.address, account.address
fails('SIGNATURE', lambda: convex.transact('1', account))
account.address = own
equal(convex.transact('(inc x)', account).value, 6)
print('convex-sdk 0.3.3: all is as it should be')
