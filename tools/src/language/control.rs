//! Names of other languages for definitions, control, state and the world around.

use super::absent::{Absent, Shape, absent};
use vm::context::CORE;

/// The names.
pub const NAMES: &[Absent] = absent! {
    false, CORE;
    Form "case casev ecase match switch-case select": "`switch` chooses by a value",
        "(switch x 1 :a 2 :b :other)" with "x 2" gives ":b";
    Form "condp cond* typecase when-cond elif elsif elseif else-if": "`cond` chooses by tests",
        "(cond (< n 0) :less (> n 0) :more :same)" with "n 1" gives ":more";
    Call "else otherwise": "the last part of `cond` without a test is for all other cases",
        "(cond (< n 0) :less :other)" with "n 1" gives ":other";
    Form "if-not": "`not` turns a test around", "(if (not x) 1 2)" with "x false" gives "1";
    Form "unless": "`when-not` evaluates where a test fails", "(when-not x 1)" with "x false" gives "1";
    Form "if-some if-let* if*": "`if-let` binds a value that is neither `false` nor `nil`",
        "(if-let [x (get {:a 1} :a)] x 0)" gives "1";
    Form "when-some when-first": "`when-let` binds a value that is neither `false` nor `nil`",
        "(when-let [x (get {:a 1} :a)] (inc x))" gives "2";
    Form "-> ->> cond-> cond->> as-> some-> some->> doto": "calls are nested, or their values named",
        "(let [half (/ n 2)] (str half \"!\"))" with "n 4" gives "\"2.0!\"";
    Form "begin progn prog1 prog2 block begin0": "`do` evaluates forms in order",
        "(do (def x 1) (inc x))" gives "2";
    Form "let* letrec letrec* let-values let*-values binding with-local-vars destructuring-bind \
            multiple-value-bind parameterize fluid-let receive define-values":
        "`let` binds names in order, also parts of a vector", "(let [a 1 [b c] [a 2]] (+ b c))" gives "3";
    Form "letfn labels flet fletrec": "`defn` makes functions that call themselves",
        "(do (defn down [n] (if (> n 0) (down (dec n)) n)) (down 3))" gives "0";
    Form "lambda fn* func function fun proc named-lambda lambda*": "`fn` makes a function",
        "(fn [x] (inc x))";
    Form "defun defn- defn* define-function deff define-public define-private define-read-only \
            defmethod defgeneric defmulti def-fn sub": "`defn` defines a function, callable or not",
        "(defn f [x] (inc x))";
    Form "defvar defparameter defonce defconst defconstant const defglobal define-constant \
            define-data-var": "`def` defines a name", "(def limit 10)" gives "10";
    Form "define-syntax define-syntax-rule syntax-rules syntax-case define-macro defsyntax let-syntax \
            macrolet defmacro*": "`defmacro` defines a macro",
        "(defmacro twice [form] `(do ~form ~form))";
    Form "define-record-type defrecord deftype defstruct struct defclass make-struct record":
        "a map has named parts", "(:x p)" with "p {:x 1 :y 2}" gives "1";
    Form "defprotocol definterface extend-type extend-protocol reify proxy definterface* gen-class \
            contract interface": "an actor with callable functions is what others can call",
        "(deploy '(defn ^:callable f [x] (inc x)))";
    Form "setq setf psetq alter! assign incf decf set-var":
        "`set!` changes a local, and `def` a definition", "(do (set! a (inc a)) a)" with "a 1" gives "2";
    Call "unquote-splicing": "there is no `~@`: a list is built with `cons` and `concat`",
        "(cons '+ (concat '(1) '(2)))" gives "(+ 1 2)";
    Call "syntax-quote backquote quasiquote-splicing": "a backquote makes a template",
        "`(+ 1 ~(inc 1))" gives "(+ 1 2)";
    Form "catch finally try-catch try* handler-case ignore-errors with-handlers guard condition-case \
            handler-bind rescue on-error":
        "`try` goes on with the next form where one fails, and `*result*` is the code",
        "(try (fail :X \"no\") *result*)" gives ":X";
    Form "unwind-protect dynamic-wind with-open with-redefs": "what a failed form did is undone",
        "(try (fail :X \"no\") 2)" gives "2";
    Call "throw raise throw+ ex-info signal raise-error assert-error panic exception Exception. Error. \
            new": "`fail` fails with a code and a message", "(fail :FUNDS \"too few coins\")";
    Call "ex-message ex-data ex-cause": "`*result*` is the code of an error behind a failed form",
        "(try (fail :X \"no\") *result*)" gives ":X";
    Call "call-with-current-continuation return-from yield await async":
        "`return` leaves a function early", "((fn [x] (return 1) 2) 0)" gives "1";
    Form "while until do-while loop-while loop* do-times": "`loop` and `recur` repeat",
        "(loop [i 0] (if (< i 3) (recur (inc i)) i))" gives "3";
    Form "doseq dolist for* for-in dovector": "`for` goes through a collection",
        "(for [x v] (inc x))" with "v [1 2]" gives "[2 3]";
    Call "break continue": "a `loop` ends where nothing calls `recur`",
        "(loop [i 0] (if (< i 3) (recur (inc i)) i))" gives "3";
    Call "trampoline": "`tailcall` calls without going deeper",
        "((fn [x] (tailcall (inc x))) 1)" gives "2";
    Call "exit quit abort die bye": "`halt` ends the transaction with a value",
        "(halt :done)" gives ":done";
    Call "revert undo": "`rollback` ends the transaction and undoes it",
        "(rollback :undone)" gives ":undone";
    Call "partial curry papply": "a function calls another with more arguments",
        "((fn [x] (+ 10 x)) 1)" gives "11";
    Call "complement": "a function turns a test around", "((fn [x] (not (nil? x))) 1)" gives "true";
    Call "constantly always": "a function need not use its arguments", "((fn [& _] 7) 1 2)" gives "7";
    Call "juxt": "`map` goes through functions too", "(map (fn [f] (f 3)) [inc dec])" gives "[4 2]";
    Call "compose": "`comp` puts functions together", "((comp inc inc) 1)" gives "3";
    Call "funcall invoke call-function call-with": "what stands first in a list is called",
        "((get {:f inc} :f) 1)" gives "2";
    Call "memoize fnil every-pred some-fn": "a function does it",
        "((fn [x] (inc (or x 0))) nil)" gives "1";
    Form "ns in-ns require use refer import-as load-file use-modules provide module library defpackage \
            in-package package include requiring-resolve": "`import` gives a name to another account",
        "(import convex.fungible :as fungible)" gives "#64";
    Form "comment": "`#_` leaves out the form behind it", "[1 #_2 3]" gives "[1 3]";
    Call "atom ref agent volatile! box make-parameter cell variable": "state is a definition",
        "(do (def x 1) (def x (inc x)) x)" gives "2";
    Call "swap! reset! vswap! vreset! alter ref-set commute compare-and-set! alter-var-root set-box! \
            send swap-vals! update-state var-set map-set map-insert":
        "`def` gives a definition another value", "(do (def x 1) (def x (inc x)) x)" gives "2";
    Call "deref unbox": "the name of a definition is its value", "(do (def x 1) x)" gives "1";
    Call "add-watch promise deliver future future-call go chan thread pcalls Thread":
        "a transaction runs alone, from its beginning to its end", "";
    Form "dosync sync locking atomic transaction with-lock":
        "a transaction takes effect whole or not at all", "(do (def x 1) (def y 2))" gives "2";
    Call "macroexpand macroexpand-1 macroexpand-all": "`expand` expands a form",
        "(expand '(if 1 2 3))" gives "(cond 1 2 3)";
    Call "with-meta vary-meta": "`syntax` gives a form metadata",
        "(meta (syntax 'a {:k 1}))" gives "{:k 1}";
    Call "alter-meta! reset-meta!": "a definition without a value gives other metadata",
        "(do (def x 1) (def ^{:k 1} x) (lookup-meta 'x))" gives "{:k 1}";
    Call "ns-resolve find-var var-get symbol-value symbol-function":
        "`lookup` gives the value of a name", "(lookup #8 inc)";
    Form "var": "`lookup` gives the value of a name, and `def` defines one", "(lookup #8 inc)";
    Call "bound? boundp fboundp exists? var? find-symbol": "`defined?` asks whether a name is defined",
        "(defined? 'inc)" gives "true";
    Call "ns-unmap makunbound fmakunbound remove-var": "`undef` removes a definition",
        "(do (def x 1) (undef x))";
    Call "ns-publics apropos dir env environment":
        "`*env*` and the record of the account hold its definitions",
        "(do (def x 1) (get (:environment (account *address*)) 'x))" gives "1";
    Form "time": "`*juice*` tells the work done so far",
        "(let [before *juice*] (inc 1) (> *juice* before))" gives "true";
    Call "sleep wait delay-until set-timeout after timeout": "`schedule` runs a form later",
        "(schedule (+ *timestamp* 1000) (def x 1))";
    Call "now current-time get-time current-timestamp block.timestamp block-timestamp timestamp \
            get-timestamp current-time-millis inst-ms":
        "`*timestamp*` is the time of the block in milliseconds", "(int? *timestamp*)" gives "true";
    Call "block.number block-number block-height": "the globals of the state count the blocks",
        "(int? (nth (:globals *state*) 5))" gives "true";
    Call "msg.sender msg-sender sender tx-sender get-caller caller":
        "`*caller*` is the account that calls, `nil` at the top", "(nil? *caller*)" gives "true";
    Call "tx.origin tx-origin origin": "`*origin*` is the account of the transaction",
        "(address? *origin*)" gives "true";
    Call "msg.value msg-value offer offered":
        "`*offer*` is what the caller offers, and `accept` takes it", "(int? *offer*)" gives "true";
    Call "this self me my-address this-address contract-address current-account":
        "`*address*` is the account that runs", "(address? *address*)" gives "true";
    Call "balanceOf get-coins coin-balance my-balance stx-get-balance":
        "`balance` tells the coins of an account", "(balance #13)";
    Call "send-coins pay send-money transfer-coins transfer! stx-transfer?":
        "`transfer` gives coins to an account", "(transfer #13 1)" gives "1";
    Call "emit event log-event print-log logger": "`log` adds to the log of the transaction",
        "(log :EVENT 1)" gives "[:EVENT 1]";
    Call "assert-equal assert= is-true ensure asserts!": "`assert` fails where a test does",
        "(assert (= 1 1))";
    Call "null undefined None NIL Nil nothing void none* NULL null-value": "it is written `nil`",
        "(nil? nil)" gives "true";
    Call "True TRUE t T": "it is written `true`", "(if true 1 2)" gives "1";
    Call "False FALSE": "it is written `false`", "(if false 1 2)" gives "2";
    Call "read read-line slurp spit open input prompt get-input http-get System Date":
        "a transaction reads nothing but the state: what it needs stands in its form", "";
    Call "deftest testing are use-fixtures run-tests": "tests stand in files that end in .test.cvx, \
            which `cvx test` runs", "";
    Call "load": "`,load` at the prompt and `cvx run` run the forms of a file", "";
    Call "contract-call? call-actor call-contract actor-call":
        "`call` calls a function of another account", "(call *registry* (lookup #9))";
    Call "default-to": "`or` gives another value for `nil`", "(or nil 1)" gives "1";
    Call "fungible token": "a library is imported first",
        "(import convex.fungible :as fungible)" gives "#64";
    Call "asset assets": "a library is imported first", "(import convex.asset :as asset)" gives "#65";
    Call "trust": "a library is imported first", "(import convex.trust :as trust)" gives "#10";
    Call "trusted?": "it is in the library `convex.trust`",
        "(@convex.trust/trusted? *address* *address*)" gives "true";
    Call "owns?": "it is in the library `convex.asset`",
        "(@convex.asset/owns? *address* nil)" gives "true";
    Call "build-token": "it is in the library `convex.fungible`",
        "(@convex.fungible/build-token {:supply 1000})";
    Call "cns registry": "the registry is `*registry*`",
        "(*registry*/resolve 'convex.fungible)" gives "#64";
    Call "*sender* *from*": "`*caller*` is the account that calls, `nil` at the top",
        "(nil? *caller*)" gives "true";
    Call "*self* *this* *account* *me*": "`*address*` is the account that runs",
        "(address? *address*)" gives "true";
    Call "*value* *amount*": "`*offer*` is what the caller offers, and `accept` takes it",
        "(int? *offer*)" gives "true";
    Call "*time* *now* *block-time*": "`*timestamp*` is the time of the block in milliseconds",
        "(int? *timestamp*)" gives "true";
    Call "*nonce*": "`*sequence*` counts the transactions of the account",
        "(int? *sequence*)" gives "true";
    Call "*coins*": "`*balance*` is what the account has", "(int? *balance*)" gives "true";
    Call "*user* *owner*":
        "`*origin*` is the account of the transaction, and `*controller*` who may control this one",
        "(address? *origin*)" gives "true";
};
