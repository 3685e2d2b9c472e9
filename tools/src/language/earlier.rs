//! Names of earlier versions of Convex Lisp, of which much public code remains, and of later ones.

use super::absent::{Absent, Shape, absent};
use vm::context::CORE;

/// The account of the registry, which resolves names of accounts.
const REGISTRY: u64 = 9;

/// Names of the core.
pub const CORE_NAMES: &[Absent] = absent! {
    true, CORE;
    Form "export": "metadata makes a function callable", "(defn ^:callable f [x] (inc x))";
    Call "exports? exported? *exports* export?": "`callable?` asks whether others may call a function",
        "(callable? #9 'register)" gives "true";
    Call "blob-map": "an `index` has keys of bytes", "(index 0x01 :a)" gives "#Index {0x01 :a}";
    Call "blob-map? index?": "an index is told by what is left of it without its entries",
        "(= (index) (empty x))" with "x (index 0x01 :a)" gives "true";
    Call "error": "`fail` fails with a code and a message", "(fail :FUNDS \"too few coins\")";
    Call "set-public-key set-account-key": "`set-key` sets the key of the account that runs it",
        "(set-key *key*)";
    Call "get-key account-key public-key":
        "the key is in `*key*`, and that of another account in its record", "(:key (account #13))";
    Call "get-controller":
        "the controller is in `*controller*`, and that of another account in its record",
        "(:controller (account #13))";
    Call "get-parent": "the parent is in `*parent*`, and that of another account in its record",
        "(:parent (account #13))" gives "nil";
    Call "get-balance balance-of": "`balance` tells the coins of an account", "(balance #13)";
    Call "stake": "`set-stake` sets what the account stakes on a peer",
        "(set-stake key 1000000)" with "key (first (keys (:peers *state*)))" gives "1000000";
    Call "lookup-syntax": "`lookup-meta` gives the metadata of a definition",
        "(:static (lookup-meta 'inc))" gives "true";
    Call "get-meta *meta*":
        "`meta` gives the metadata of a syntax object, `lookup-meta` that of a definition",
        "(meta (syntax 'a {:k 1}))" gives "{:k 1}";
    Form "actor defactor deploy-actor": "`deploy` makes an actor from quoted code",
        "(deploy '(defn ^:callable f [x] (inc x)))";
    Call "deploy-once": "`deploy` makes a new actor each time: keep its address",
        "(def a (deploy '(def x 1)))";
    Form "expander": "`defexpander` defines one, and `defmacro` is simpler",
        "(defmacro twice [form] `(do ~form ~form))";
    Form "set*": "`set!` changes a local", "(do (set! a 2) a)" with "a 1" gives "2";
    Form "store unstore": "`def` keeps a value in the account", "(def x 1)" gives "1";
    Call "fetch": "the name of a definition is its value", "(do (def x 1) x)" gives "1";
    Call "hash?": "a hash is a blob of 32 bytes",
        "(and (blob? h) (= 32 (count h)))" with "h (hash 0x01)" gives "true";
    Call "short": "integers have any size, and `long` wraps at 64 bits", "(long 7)" gives "7";
    Call "short? byte? integer?": "`int?` asks for integers", "(int? 7)" gives "true";
    Call "*aliases*": "an alias is a definition, which `import` makes",
        "(import convex.fungible :as fungible)" gives "#64";
    Call "*exported* *holding*": "`*holdings*` are what others keep with an account",
        "(get-holding *address*)";
    Call "register": "the registry keeps what accounts tell of themselves",
        "(call *registry* (register {:name \"mine\"}))" gives "{:name \"mine\"}";
    Call "account-exists?": "`account?` asks whether there is an account", "(account? #13)" gives "true";
    Call "set-allowance buy-memory sell-memory refill": "`set-memory` trades memory for coins",
        "(set-memory 100)";
    Call "transfer-allowance": "`transfer-memory` gives memory to another account",
        "(transfer-memory #13 0)" gives "0";
    Call "concatv": "`concat` gives what its first argument is", "(concat [1] '(2 3))" gives "[1 2 3]";
    Call "gensym":
        "names that programs make up come with protocol version 1: until then choose one that nobody \
            else uses", "(defmacro double-of [form] `(let [v# ~form] (+ v# v#)))";
    Call "cat":
        "`cat` comes with protocol version 1: until then `str` joins strings, and blobs through their \
            text", "(blob (str 0x01 0x02))" gives "0x0102";
    Call "splice":
        "`splice` comes with protocol version 1: until then `slice` and `str` put strings together",
        "(str (slice s 0 1) \"EY\" (slice s 3))" with "s \"hello\"" gives "\"hEYlo\"";
    Call "char?":
        "`char?` comes with protocol version 1: until then `char` leaves characters as they are",
        "(try (= x (char x)) false)" with "x \\a" gives "true";
    Call "schedule-upgrade unschedule-upgrade":
        "the governance of the network gets this with protocol version 1", "";
};

/// Names of the registry.
pub const REGISTRY_NAMES: &[Absent] = absent! {
    true, REGISTRY;
    Call "cns-resolve": "`resolve` gives the account of a name, and `@` is short for it",
        "(resolve convex.fungible)" gives "#64";
    Call "cns-update cns-register":
        "the registry has `create` for new names and `update` for those that exist",
        "(*registry*/update 'my.name #13)";
    Call "cns-control cns-set-controller":
        "the registry has `control`, which names who may change a record",
        "(*registry*/control 'my.name #13)";
    Call "cns-lookup cns-get": "the registry has `read`, which gives the record of a name",
        "(*registry*/read 'convex.fungible)";
};

/// Keys of metadata that mean nothing, and those that are meant.
pub const METADATA: &[(&str, &str)] =
    &[("callable?", "^:callable"), ("expander?", "^:expander"), ("static?", "^:static")];
