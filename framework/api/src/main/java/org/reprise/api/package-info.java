/**
 * What a plugin author sees. A plugin adds backbones, input prompts, label mappers or data sets by
 * implementing the factory of that kind ({@link org.reprise.api.ExtensionFactory}) and marking it
 * with PF4J's {@code @Extension}.
 *
 * <p>Shapes are written with the letters of the paper throughout: {@code N} samples, {@code KS}
 * source labels (the backbone's outputs), {@code KT} target labels (the task's classes).
 *
 * <p><b>Native memory.</b> A tensor that a method returns belongs to the innermost {@link
 * org.bytedeco.javacpp.PointerScope} of the calling thread and dies with it; tensors handed in are
 * borrowed and not modified unless the method says otherwise. What an object keeps beyond a call it
 * holds in a {@link org.reprise.api.KeptTensor}, and frees in its own {@code close()}.
 */
package org.reprise.api;
