package org.reprise.pickle;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Executes the stack program that a pickle is. Opcodes are those of Python's {@code pickletools};
 * the ones that make arbitrary objects are not among them.
 */
final class Machine {
  private static final int VALUE_LIMIT = 8_000_000;
  private static final int CONTAINER_LIMIT = 1_000_000;
  private static final int MEMO_LIMIT = 4_000_000;
  private static final int INTEGER_BYTES = 1024;

  private final ByteInput input;
  private final Globals globals;
  private final List<Object> stack = new ArrayList<>();
  private final List<Integer> marks = new ArrayList<>();
  private final Map<Long, Object> memo = new HashMap<>();
  private int values;
  private int containers;
  private long converted;

  Machine(ByteInput input, Globals globals) {
    this.input = input;
    this.globals = globals;
  }

  Object run() throws PickleException {
    try {
      for (int opcode = input.opcode(); opcode != '.'; opcode = input.opcode()) {
        execute(opcode);
      }
      if (stack.size() != 1 || !marks.isEmpty()) {
        throw input.error("the pickle ends with " + stack.size() + " values instead of one");
      }
      Object result = stack.get(0);
      new ResultCheck().check(result);
      return result;
    } catch (IllegalArgumentException e) {
      throw input.error(e.getMessage(), e);
    }
  }

  private void execute(int opcode) throws PickleException {
    switch (opcode) {
      case 0x80 -> protocol();
      case 0x95 -> input.need(input.i64()); // a frame; its content is read as it comes
      case '(' -> mark();
      case '0' -> popOne();
      case '1' -> popMark();
      case '2' -> push(top());

      case 'N' -> push(null);
      case 0x88 -> push(true);
      case 0x89 -> push(false);
      case 'I' -> push(TextValues.integerOrBool(input.shortLine()));
      case 'L' -> push(TextValues.longInteger(input.shortLine()));
      case 'F' -> push(TextValues.decimal(input.shortLine()));
      case 'K' -> push((long) input.u8());
      case 'M' -> push((long) input.u16());
      case 'J' -> push((long) input.i32());
      case 0x8a -> push(integer(input.u8()));
      case 0x8b -> push(integer(input.u32()));
      case 'G' -> push(input.bigEndianDouble());

      case 'S' -> push(TextValues.quoted(input.line()));
      case 'V' -> push(TextValues.rawUnicode(input.line()));
      case 'U' -> push(input.latin1(input.u8()));
      case 'T' -> push(input.latin1(input.u32()));
      case 0x8c -> push(input.utf8(input.u8()));
      case 'X' -> push(input.utf8(input.u32()));
      case 0x8d -> push(input.utf8(input.i64()));
      case 'C' -> push(input.take(input.u8()));
      case 'B' -> push(input.take(input.u32()));
      case 0x8e, 0x96 -> push(input.take(input.i64()));

      case ']' -> push(newList(List.of()));
      case 'l' -> push(newList(popMark()));
      case 'a' -> append(popSome(1));
      case 'e' -> append(popMark());
      case ')' -> push(Tuple.EMPTY);
      case 't' -> push(newTuple(popMark()));
      case 0x85 -> push(newTuple(popSome(1)));
      case 0x86 -> push(newTuple(popSome(2)));
      case 0x87 -> push(newTuple(popSome(3)));
      case '}' -> push(newMap(List.of()));
      case 'd' -> push(newMap(popMark()));
      case 's' -> putAll(popSome(2));
      case 'u' -> putAll(popMark());

      case 'p' -> keep(TextValues.memoIndex(input.shortLine()));
      case 'q' -> keep(input.u8());
      case 'r' -> keep(input.u32());
      case 0x94 -> keep(memo.size());
      case 'g' -> recall(TextValues.memoIndex(input.shortLine()));
      case 'h' -> recall(input.u8());
      case 'j' -> recall(input.u32());

      case 'c' -> push(global(input.shortLine(), input.shortLine()));
      case 'i' ->
          throw input.error(
              "refused: an object of class " + input.shortLine() + "." + input.shortLine());
      case 0x93 -> stackGlobal();
      case 'R', 0x81 -> reduce();
      case 'b' -> build();
      case 'Q' -> persistent(pop());
      case 'P' -> persistent(input.shortLine());
      default ->
          throw input.error(
              String.format("opcode 0x%02x is not read: it is no plain value", opcode));
    }
  }

  private void protocol() throws PickleException {
    int version = input.u8();
    if (version > 5) {
      throw input.error("protocol " + version + " is not known, only 0 to 5");
    }
  }

  // -- the stack

  private void push(Object value) throws PickleException {
    if (++values > VALUE_LIMIT) {
      throw input.error("more than " + VALUE_LIMIT + " values");
    }
    stack.add(value);
  }

  private void mark() throws PickleException {
    if (marks.size() >= CONTAINER_LIMIT) {
      throw input.error("damaged: more than " + CONTAINER_LIMIT + " marks");
    }
    marks.add(stack.size());
  }

  private int floor() {
    return marks.isEmpty() ? 0 : marks.get(marks.size() - 1);
  }

  private Object top() throws PickleException {
    if (stack.size() <= floor()) {
      throw input.error("damaged: a value is missing");
    }
    return stack.get(stack.size() - 1);
  }

  private Object pop() throws PickleException {
    Object value = top();
    stack.remove(stack.size() - 1);
    return value;
  }

  private void popOne() throws PickleException {
    if (!marks.isEmpty() && stack.size() == floor()) {
      marks.remove(marks.size() - 1);
    } else {
      pop();
    }
  }

  private List<Object> popSome(int count) throws PickleException {
    if (stack.size() - floor() < count) {
      throw input.error("damaged: a value is missing");
    }
    return cut(stack.size() - count);
  }

  private List<Object> popMark() throws PickleException {
    if (marks.isEmpty()) {
      throw input.error("damaged: a mark is missing");
    }
    return cut(marks.remove(marks.size() - 1));
  }

  private List<Object> cut(int from) {
    List<Object> tail = stack.subList(from, stack.size());
    List<Object> values = new ArrayList<>(tail);
    tail.clear();
    return values;
  }

  private void keep(long index) throws PickleException {
    if (memo.size() >= MEMO_LIMIT) {
      throw input.error("more than " + MEMO_LIMIT + " values to be referred to");
    }
    memo.put(index, top());
  }

  private void recall(long index) throws PickleException {
    Object value = memo.get(index);
    if (value == null && !memo.containsKey(index)) {
      throw input.error("damaged: nothing was kept under " + index);
    }
    push(value);
  }

  // -- values

  private Object integer(long count) throws PickleException {
    if (count > INTEGER_BYTES) {
      throw input.error("an integer of " + count + " bytes");
    }
    byte[] little = input.take(count);
    byte[] big = new byte[little.length];
    for (int i = 0; i < big.length; i++) {
      big[i] = little[little.length - 1 - i];
    }
    return big.length == 0 ? (Object) 0L : TextValues.shortest(new BigInteger(big));
  }

  private void countContainer() throws PickleException {
    if (++containers > CONTAINER_LIMIT) {
      throw input.error("more than " + CONTAINER_LIMIT + " lists, tuples and dicts");
    }
  }

  private Object newList(List<Object> elements) throws PickleException {
    countContainer();
    return new ArrayList<>(elements);
  }

  private Object newTuple(List<Object> elements) throws PickleException {
    countContainer();
    return new Tuple(elements);
  }

  private Object newMap(List<Object> entries) throws PickleException {
    countContainer();
    Map<Object, Object> map = new LinkedHashMap<>();
    put(map, entries);
    return map;
  }

  @SuppressWarnings("unchecked") // only this class makes lists
  private void append(List<Object> elements) throws PickleException {
    if (!(top() instanceof ArrayList<?> list)) {
      throw input.error("damaged: elements follow " + Values.describe(top()));
    }
    ((List<Object>) list).addAll(elements);
  }

  @SuppressWarnings("unchecked") // only this class and Globals make maps
  private void putAll(List<Object> entries) throws PickleException {
    if (!(top() instanceof Map<?, ?> map)) {
      throw input.error("damaged: entries follow " + Values.describe(top()));
    }
    put((Map<Object, Object>) map, entries);
  }

  private void put(Map<Object, Object> map, List<Object> entries) throws PickleException {
    if (entries.size() % 2 != 0) {
      throw input.error("damaged: a dict's key without a value");
    }
    for (int i = 0; i < entries.size(); i += 2) {
      map.put(Keys.checked(entries.get(i)), entries.get(i + 1));
    }
  }

  // -- names

  private Global global(String module, String name) throws PickleException {
    String full = module + "." + name;
    return globals
        .find(full)
        .orElseThrow(
            () ->
                input.error(
                    "refused: the file names "
                        + (full.length() > 100 ? full.substring(0, 100) + "..." : full)
                        + ", which is not among the plain values that are read"));
  }

  private void stackGlobal() throws PickleException {
    Object name = pop();
    Object module = pop();
    if (!(name instanceof String attribute) || !(module instanceof String owner)) {
      throw input.error("damaged: a name is not a text");
    }
    push(global(owner, attribute));
  }

  private void reduce() throws PickleException {
    Object arguments = pop();
    Object callee = pop();
    if (!(callee instanceof Global global) || !(arguments instanceof Tuple tuple)) {
      throw input.error(
          "damaged: " + Values.describe(callee) + " called with " + Values.describe(arguments));
    }
    countContainer();
    Object made = global.maker().make(tuple);
    charge(made);
    push(made);
  }

  private void build() throws PickleException {
    Object state = pop();
    Object object = top();
    if (object instanceof Stateful stateful) {
      stateful.setState(state);
      charge(object);
    } else if (!(object instanceof Map)) { // attributes of an OrderedDict are dropped
      throw input.error("damaged: a state follows " + Values.describe(object));
    }
  }

  // One stored text may be turned into bytes again and again: what is made in all stays within a
  // multiple of what the file holds.
  private void charge(Object made) throws PickleException {
    if (made instanceof byte[] bytes) {
      converted += bytes.length;
    } else if (made instanceof NdArray array) {
      converted += array.byteCount();
    } else if (made instanceof Map<?, ?> map) {
      values += map.size(); // copied from a list of pairs
    }
    if (values > VALUE_LIMIT) {
      throw input.error("more than " + VALUE_LIMIT + " values");
    }
    if (converted > 4 * input.length() + 65536) {
      throw input.error("the pickle unfolds to more than four times its size");
    }
  }

  private void persistent(Object id) throws PickleException {
    if (globals.persistentIds().isEmpty()) {
      throw input.error("a reference to something outside the file");
    }
    push(globals.persistentIds().get().apply(id));
  }
}
