//! Names of other languages for work on collections.

use super::absent::{Absent, Shape, absent};
use vm::context::CORE;

/// The names.
pub const NAMES: &[Absent] = absent! {
    false, CORE;
    Call "rest cdr tail but-first":
        "`next` gives what follows the first element, `nil` where nothing does",
        "(next v)" with "v [1 2 3]" gives "[2 3]";
    Call "car head ffirst caar": "`first` gives the first element",
        "(first v)" with "v [1 2 3]" gives "1";
    Call "cadr fnext": "`second` gives the second element", "(second v)" with "v [1 2 3]" gives "2";
    Call "third fourth fifth sixth caddr cadddr rand-nth list-ref vector-ref elt svref aref aget \
            string-ref char-at": "`nth` gives the element at a position",
        "(nth v 2)" with "v [1 2 3]" gives "3";
    Call "cddr cdddr nnext nfirst nthrest nthnext nthcdr list-tail drop subvec sublist subseq subvector":
        "`slice` gives the elements from a position on", "(slice v 1)" with "v [1 2 3]" gives "[2 3]";
    Call "take list-head firstn": "`slice` gives the elements up to a position",
        "(slice v 0 2)" with "v [1 2 3]" gives "[1 2]";
    Call "take-last last-pair": "`slice` gives the last elements, by the count",
        "(slice v (- (count v) 2))" with "v [1 2 3]" gives "[2 3]";
    Call "drop-last butlast pop pop!": "`slice` leaves out the last element, by the count",
        "(slice v 0 (dec (count v)))" with "v [1 2 3]" gives "[1 2]";
    Call "peek": "`last` gives the last element of a vector", "(last v)" with "v [1 2 3]" gives "3";
    Call "take-while split-with": "`reduce` goes through elements until `reduced`",
        "(reduce (fn [s x] (if (< x 3) (conj s x) (reduced s))) [] v)" with "v [1 2 3 4]" gives "[1 2]";
    Call "drop-while": "a `loop` drops elements while a test holds",
        "(loop [v v] (if (< (first v) 3) (recur (next v)) v))" with "v [1 2 3 4]" gives "[3 4]";
    Call "partition partition-all partition-by chunk split-at": "`slice` cuts parts at positions",
        "(for [i [0 2]] (slice v i (+ i 2)))" with "v [1 2 3 4]" gives "[[1 2] [3 4]]";
    Call "take-nth": "`nth` gives elements at positions",
        "(for [i [0 2]] (nth v i))" with "v [1 2 3 4]" gives "[1 3]";
    Call "sort sort-by sort! list-sort vector-sort stable-sort sorted-map sorted-map-by sorted-set \
            sorted-set-by sorted?":
        "nothing sorts, but an `index` keeps its keys in the order of their bytes",
        "(keys (index 0x02 :b 0x01 :a))" gives "[0x01 0x02]";
    Call "range iota number-sequence in-range build-list": "a `loop` counts",
        "(loop [i 0 v []] (if (< i 3) (recur (inc i) (conj v i)) v))" gives "[0 1 2]";
    Call "repeat replicate make-vector make-list repeatedly vector-fill!": "a `loop` repeats an element",
        "(loop [i 0 v []] (if (< i 3) (recur (inc i) (conj v :x)) v))" gives "[:x :x :x]";
    Call "iterate cycle lazy-cat lazy-seq doall dorun realized? force delay delay? eduction stream-cons":
        "nothing is lazy: a `loop` goes on until its test says so",
        "(loop [x 1] (if (< x 100) (recur (* 2 x)) x))" gives "128";
    Call "seq sequence": "`empty?` asks whether there are elements, and `vec` makes a vector of them",
        "(vec {:a 1})" gives "[[:a 1]]";
    Call "not-empty": "`empty?` asks whether there are no elements",
        "(if (empty? v) nil v)" with "v []" gives "nil";
    Call "some any memq memv member find-first find-if position-if assoc-if vector-member filter-first":
        "`reduce` goes through elements until `reduced`",
        "(reduce (fn [s x] (if (> x 1) (reduced x) s)) nil v)" with "v [1 2 3]" gives "2";
    Call "index-of position list-index string-index search": "a `loop` looks for an element by position",
        "(loop [i 0] (cond (>= i (count v)) nil (= :b (nth v i)) i (recur (inc i))))" with "v [:a :b]"
        gives "1";
    Call "every? every all andmap": "`reduce` stops at the first element that fails a test",
        "(reduce (fn [_ x] (if (> x 0) true (reduced false))) true v)" with "v [1 2]" gives "true";
    Call "not-any? not-every? notany notevery none none?":
        "`filter` and `empty?` ask for elements that pass a test",
        "(empty? (filter (fn [x] (> x 5)) v))" with "v [1 2]" gives "true";
    Call "remove remove-if remove-if-not delete delete-if filter-not reject keep filter! count-if":
        "`filter` keeps what passes a test",
        "(filter (fn [x] (not (nil? x))) v)" with "v [1 nil 2]" gives "[1 2]";
    Call "map-indexed keep-indexed each-with-index": "a `loop` has positions",
        "(loop [i 0 s []] (if (< i (count v)) (recur (inc i) (conj s [i (nth v i)])) s))"
        with "v [:a :b]" gives "[[0 :a] [1 :b]]";
    Call "pmap mapcar maplist vector-map list-map string-map collect":
        "`map` calls a function with each element", "(map inc v)" with "v [1 2]" gives "[2 3]";
    Call "run! for-each mapc vector-for-each each foreach": "`for` evaluates forms for each element",
        "(for [x v] (inc x))" with "v [1 2]" gives "[2 3]";
    Call "append-map mapcan": "`mapcat` joins what a function gives for each element",
        "(mapcat (fn [x] [x x]) v)" with "v [1 2]" gives "[1 1 2 2]";
    Call "fold foldl foldr fold-left fold-right reduce-right reductions transduce inject accumulate sum \
            apply-reduce": "`reduce` combines elements", "(reduce + 0 v)" with "v [1 2 3]" gives "6";
    Call "reduce-kv": "`reduce` over a map gets entries, which a parameter takes apart",
        "(reduce (fn [s [k n]] (+ s n)) 0 m)" with "m {:a 1 :b 2}" gives "3";
    Call "flatten": "`concat` joins collections", "(apply concat v)" with "v [[1] [2 3]]" gives "[1 2 3]";
    Call "append append! nconc vector-append": "`concat` joins collections",
        "(concat [1] [2 3])" gives "[1 2 3]";
    Call "interleave zip": "`map` goes through several collections at once",
        "(map vector [1 2] [:a :b])" gives "[[1 :a] [2 :b]]";
    Call "interpose": "`join` puts a text between strings", "(join [\"a\" \"b\"] \\,)" gives "\"a,b\"";
    Call "distinct dedupe remove-duplicates delete-duplicates distinct? uniq unique":
        "a `set` has no element twice", "(set v)" with "v [1 1]" gives "#{1}";
    Call "group-by": "`reduce` collects elements by a key",
        "(reduce (fn [m x] (assoc m (mod x 2) (conj (get m (mod x 2)) x))) {} v)" with "v [1 3]"
        gives "{1 [1 3]}";
    Call "frequencies": "`reduce` counts elements",
        "(reduce (fn [m x] (assoc m x (inc (get m x 0)))) {} v)" with "v [:a :a]" gives "{:a 2}";
    Call "zipmap pairlis": "`into` a map puts pairs", "(into {} (map vector [:a] [1]))" gives "{:a 1}";
    Call "select-keys": "`reduce` picks keys",
        "(reduce (fn [s k] (assoc s k (get m k))) {} [:a])" with "m {:a 1 :b 2}" gives "{:a 1}";
    Call "merge-with": "`reduce` merges entries",
        "(reduce (fn [m [k n]] (assoc m k (+ n (get m k 0)))) {:a 1} {:a 2})" gives "{:a 3}";
    Call "update-vals update-keys map-vals map-keys rename-keys map-invert":
        "`map` over a map goes through its entries",
        "(map (fn [[k n]] [k (inc n)]) m)" with "m {:a 1}" gives "{:a 2}";
    Call "vals hash-table-values hash-values map-values": "`values` gives the values of a map",
        "(values m)" with "m {:a 1}" gives "[1]";
    Call "hash-table-keys hash-keys map-keys-list": "`keys` gives the keys of a map",
        "(keys m)" with "m {:a 1}" gives "[:a]";
    Call "key": "an entry is a vector of a key and a value", "(first [:a 1])" gives ":a";
    Call "val": "an entry is a vector of a key and a value", "(second [:a 1])" gives "1";
    Call "find gethash hash-ref hash-table-ref assq assv assoc-ref lookup-key get-or-else getf":
        "`get` looks a key up, with a value for where there is none",
        "(get m :a 0)" with "m {:a 1}" gives "1";
    Call "contains? has-key? hash-has-key? hash-table-contains? includes? include? in? set-member? has? \
            contains": "`contains-key?` looks for a key of a map, a position or an element of a set",
        "(contains-key? m :a)" with "m {:a 1}" gives "true";
    Call "superset?": "`subset?` takes the smaller set first", "(subset? #{1} #{1 2})" gives "true";
    Call "adjoin set-add": "`conj` adds an element", "(conj #{1} 2)" gives "#{2,1}";
    Call "set-union": "`union` joins sets", "(count (union #{1} #{2}))" gives "2";
    Call "transient persistent! conj! push push! vector-push-extend pushnew add push-back cons*":
        "values never change: `conj` gives a new one with an element more",
        "(conj v 3)" with "v [1 2]" gives "[1 2 3]";
    Call "assoc! vector-set! aset hash-set! hash-table-set! puthash put list-set! replace-at nset":
        "values never change: `assoc` gives a new one", "(assoc v 0 :x)" with "v [1 2]" gives "[:x 2]";
    Call "dissoc! remhash hash-remove hash-remove! hash-table-delete!":
        "values never change: `dissoc` gives a map without a key",
        "(dissoc m :a)" with "m {:a 1}" gives "{}";
    Call "disj!": "values never change: `disj` gives a set without an element",
        "(disj #{1} 1)" gives "#{}";
    Call "update!": "values never change: `update` gives a new one",
        "(update m :a inc)" with "m {:a 1}" gives "{:a 2}";
    Call "size length len vector-length string-length list-length alength cardinality hash-count \
            hash-table-count": "`count` tells the number of elements",
        "(count v)" with "v [1 2]" gives "2";
    Call "list*": "`cons` puts several elements before those of a list",
        "(cons 1 2 '(3))" gives "(1 2 3)";
    Call "vector-of make-array array to-array int-array long-array object-array tuple":
        "a `vector` is an array that never changes", "(vector 1 2)" gives "[1 2]";
    Call "byte-array bytes bytevector make-bytevector": "a `blob` holds bytes",
        "(blob \"cafe\")" gives "0xcafe";
    Call "array-map dict make-hash-table make-hash make-hasheq hasheq map-of alist->hash-table \
            sorted-dict": "`hash-map` makes a map, and so do braces", "(hash-map :a 1)" gives "{:a 1}";
    Call "list->vector to-vector vector-copy": "`vec` makes a vector of elements",
        "(vec '(1 2))" gives "[1 2]";
    Call "vector->list set->list to-list array->list": "`apply` gives the elements to `list`",
        "(apply list [1 2])" gives "(1 2)";
    Call "list->set to-set hashset": "`set` makes a set of elements", "(set [1])" gives "#{1}";
    Call "rseq reverse! nreverse": "`reverse` turns a vector or list around",
        "(vec (reverse [1 2]))" gives "[2 1]";
    Call "max-key min-key argmax": "`reduce` keeps the greatest by a measure",
        "(reduce (fn [a b] (if (> (count a) (count b)) a b)) v)" with "v [[1] [1 2]]" gives "[1 2]";
    Call "shuffle rand rand-int random random-integer random-uuid uuid random-sample":
        "nothing is random, since all peers must compute the same", "";
};
