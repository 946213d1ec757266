package org.reprise.pickle;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.reprise.budget.Budget;
import org.reprise.budget.BudgetException;
import org.reprise.budget.Shown;

/**
 * Executes the stack program that a pickle is. Opcodes are those of Python's {@code pickletools}.
 * The ones that make arbitrary objects make the values that {@link Globals} lists, and stand-ins
 * for all others. Each step is charged to the file's budget before it takes memory.
 */
final class Machine {
  private static final int INTEGER_BYTES = 1024;

  private final ByteInput input;
  private final Globals globals;
  private final List<Object> stack = new ArrayList<>();
  private final List<Integer> marks = new ArrayList<>();
  private final Budget budget;
  private final Memo memo;

  Machine(ByteInput input, Globals globals, Budget budget) {
    this.input = input;
    this.globals = globals;
    this.budget = budget;
    this.memo = new Memo(budget);
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
      new ResultCheck(budget, globals.keepsOpaque()).check(result);
      return result;
    } catch (IllegalArgumentException e) {
      throw input.error(e.getMessage(), e);
    } catch (BudgetException e) {
      throw input.error("refused: " + e.getMessage(), e);
    }
  }

  private void execute(int opcode) throws PickleException, BudgetException {
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

      case 'S' -> push(TextValues.quoted(textLine()));
      case 'V' -> push(TextValues.rawUnicode(textLine()));
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
      case 0x8f -> push(newList(List.of())); // a set
      case 0x90 -> append(popMark());
      case 0x91 -> push(newList(popMark())); // a frozenset
      case '}' -> push(newMap(List.of()));
      case 'd' -> push(newMap(popMark()));
      case 's' -> putAll(popSome(2));
      case 'u' -> putAll(popMark());

      case 'p' -> memo.keep(TextValues.memoIndex(input.shortLine()), top());
      case 'q' -> memo.keep(input.u8(), top());
      case 'r' -> memo.keep(input.u32(), top());
      case 0x94 -> memo.keep(memo.count(), top());
      case 'g' -> push(memo.recall(TextValues.memoIndex(input.shortLine())));
      case 'h' -> push(memo.recall(input.u8()));
      case 'j' -> push(memo.recall(input.u32()));

      case 'c' -> push(global(input.shortLine(), input.shortLine()));
      case 0x93 -> stackGlobal();
      case 0x82, 0x83, 0x84 -> extension(opcode);
      case 'R', 0x81 -> reduce();
      case 'i' -> make(global(input.shortLine(), input.shortLine()), newTuple(popMark()));
      case 'o' -> makeOfMark();
      case 0x92 -> makeWithKeywords();
      case 'b' -> build();
      case 'Q' -> persistent(pop());
      case 'P' -> persistent(input.shortLine());
      default -> throw notRead(opcode);
    }
  }

  private PickleException notRead(int opcode) {
    return input.error(String.format("opcode 0x%02x is not read: it is no plain value", opcode));
  }

  private void protocol() throws PickleException {
    int version = input.u8();
    if (version > 5) {
      throw input.error("protocol " + version + " is not known, only 0 to 5");
    }
  }

  // -- the stack

  private void push(Object value) throws BudgetException {
    budget.charge(Budget.SLOT + (value instanceof Number ? Budget.OBJECT : 0));
    stack.add(value);
  }

  private void mark() throws BudgetException {
    budget.charge(Budget.OBJECT);
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

  private List<Object> popSome(int count) throws PickleException, BudgetException {
    if (stack.size() - floor() < count) {
      throw input.error("damaged: a value is missing");
    }
    return cut(stack.size() - count);
  }

  private List<Object> popMark() throws PickleException, BudgetException {
    if (marks.isEmpty()) {
      throw input.error("damaged: a mark is missing");
    }
    return cut(marks.remove(marks.size() - 1));
  }

  private List<Object> cut(int from) throws BudgetException {
    budget.charge(Budget.OBJECT + Budget.SLOT * (stack.size() - from));
    List<Object> tail = stack.subList(from, stack.size());
    List<Object> values = new ArrayList<>(tail);
    tail.clear();
    return values;
  }

  // -- values

  private Object integer(long count) throws PickleException, BudgetException {
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

  private byte[] textLine() throws PickleException, BudgetException {
    byte[] line = input.line();
    budget.charge(
        Budget.TEXT + 4L * line.length); // as characters, stripped, without escapes, a text
    return line;
  }

  private void chargeContainer(List<?> elements) throws BudgetException {
    // three times: it is cut from the stack, copied, and looked at in the end
    budget.charge(Budget.OBJECT + Budget.ENTRY + 3 * Budget.SLOT * elements.size());
  }

  private Object newList(List<Object> elements) throws BudgetException {
    chargeContainer(elements);
    return new ArrayList<>(elements);
  }

  private Tuple newTuple(List<Object> elements) throws BudgetException {
    chargeContainer(elements);
    return new Tuple(elements);
  }

  private Object newMap(List<Object> entries) throws PickleException, BudgetException {
    budget.charge(2 * Budget.ENTRY);
    Dict map = new Dict();
    put(map, entries);
    return map;
  }

  @SuppressWarnings("unchecked") // only this class and Globals make lists
  private void append(List<Object> elements) throws PickleException, BudgetException {
    if (isOpaque(top())) {
      return;
    }
    if (!(top() instanceof ArrayList<?> list)) {
      throw input.error("damaged: elements follow " + Values.describe(top()));
    }
    budget.charge(elements.size(), 2 * Budget.SLOT);
    ((List<Object>) list).addAll(elements);
  }

  private void putAll(List<Object> entries) throws PickleException, BudgetException {
    if (isOpaque(top())) { // a dict of a class of its own: its entries are read, its class is not
      Object opaque = pop();
      push(newMap(entries));
      memo.replace(opaque, top());
      return;
    }
    if (!(top() instanceof Dict map)) {
      throw input.error("damaged: entries follow " + Values.describe(top()));
    }
    put(map, entries);
  }

  private void put(Dict map, List<Object> entries) throws PickleException, BudgetException {
    if (entries.size() % 2 != 0) {
      throw input.error("damaged: a dict's key without a value");
    }
    for (int i = 0; i < entries.size(); i += 2) {
      Object key = entries.get(i);
      map.put(
          globals.keepsOpaque() ? Keys.spelled(key, map) : Keys.checked(key),
          entries.get(i + 1),
          budget);
    }
  }

  // what it holds is dropped, and so are elements that are added to it
  private static boolean isOpaque(Object value) {
    return value instanceof Opaque;
  }

  // -- names

  /** Returns a {@link Global}, or an {@link Opaque} where those are kept. */
  private Object global(String module, String name) throws PickleException, BudgetException {
    budget.charge(Budget.OBJECT + Budget.TEXT + module.length() + name.length());
    String full = module + "." + name;
    Optional<Global> known = globals.find(full);
    if (known.isPresent()) {
      return known.get();
    }
    return kept(new Opaque(full));
  }

  private Opaque kept(Opaque opaque) throws PickleException {
    if (!globals.keepsOpaque()) {
      throw input.error(
          "refused: the file names "
              + Shown.of(opaque.name())
              + ", which is not among the plain values that are read");
    }
    return opaque;
  }

  private void stackGlobal() throws PickleException, BudgetException {
    Object name = pop();
    Object module = pop();
    if (!(name instanceof String attribute) || !(module instanceof String owner)) {
      throw input.error("damaged: a name is not a text");
    }
    push(global(owner, attribute));
  }

  private void extension(int opcode) throws PickleException, BudgetException {
    if (!globals.keepsOpaque()) {
      throw notRead(opcode);
    }
    long code = opcode == 0x82 ? input.u8() : opcode == 0x83 ? input.u16() : input.u32();
    budget.charge(Budget.OBJECT + Budget.TEXT);
    push(new Opaque("extension " + code));
  }

  private void reduce() throws PickleException, BudgetException {
    Object arguments = pop();
    Object callee = pop();
    if (!(arguments instanceof Tuple tuple)) {
      throw notCalled(callee, arguments);
    }
    make(callee, tuple);
  }

  private void makeOfMark() throws PickleException, BudgetException {
    List<Object> parts = popMark();
    if (parts.isEmpty()) {
      throw input.error("damaged: a class is missing");
    }
    make(parts.get(0), newTuple(parts.subList(1, parts.size())));
  }

  private void makeWithKeywords() throws PickleException, BudgetException {
    pop();
    Object arguments = pop();
    Object callee = pop();
    if (!isOpaque(callee)) { // nothing that is read has arguments with names
      throw notRead(0x92);
    }
    if (!(arguments instanceof Tuple)) {
      throw notCalled(callee, arguments);
    }
    make(callee, Tuple.EMPTY);
  }

  private void make(Object callee, Tuple arguments) throws PickleException, BudgetException {
    if (callee instanceof Opaque opaque) {
      budget.charge(Budget.OBJECT);
      push(new Opaque(opaque.name())); // another object than its class: it may become a dict
    } else if (callee instanceof Global global) {
      budget.charge(2 * Budget.OBJECT + 2 * Budget.ENTRY);
      Object made = global.maker().make(arguments, budget);
      push(made instanceof Opaque opaque ? kept(opaque) : made);
    } else {
      throw notCalled(callee, arguments);
    }
  }

  private PickleException notCalled(Object callee, Object arguments) {
    return input.error(
        "damaged: " + Values.describe(callee) + " called with " + Values.describe(arguments));
  }

  private void build() throws PickleException, BudgetException {
    Object state = pop();
    Object object = top();
    if (object instanceof Stateful stateful) {
      Object now = stateful.withState(state, budget);
      if (now != object) {
        pop();
        push(now instanceof Opaque opaque ? kept(opaque) : now);
        memo.replace(object, now);
      }
    } else if (!(object instanceof Map) && !isOpaque(object)) {
      // attributes of an OrderedDict are dropped
      throw input.error("damaged: a state follows " + Values.describe(object));
    }
  }

  private void persistent(Object id) throws PickleException, BudgetException {
    if (globals.persistentIds().isEmpty()) {
      throw input.error("a reference to something outside the file");
    }
    budget.charge(2 * Budget.ENTRY);
    push(globals.persistentIds().get().apply(id));
  }
}
