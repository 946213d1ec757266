package org.reprise.pickle;

/**
 * Stands for something in a pickle that is not read: a name that {@link Globals} does not list, or
 * an object that such a name would make. Nothing of it is kept but the name; it was never looked
 * up, made or called. An object that the file gives entries, as a subclass of dict has, is the dict
 * of these instead.
 *
 * @param name module and name as in the file, e.g. {@code argparse.Namespace}; may hold anything
 */
public record Opaque(String name) {}
