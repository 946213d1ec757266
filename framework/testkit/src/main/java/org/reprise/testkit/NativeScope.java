package org.reprise.testkit;

import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Runs each test in a {@link PointerScope} of its own, so that the tensors it makes die with it:
 * {@code @ExtendWith(NativeScope.class)}.
 */
public final class NativeScope implements BeforeEachCallback, AfterEachCallback {
  private static final ExtensionContext.Namespace OURS =
      ExtensionContext.Namespace.create(NativeScope.class);

  @Override
  public void beforeEach(ExtensionContext test) {
    // before any scope: native constants die with the scope they are made in
    Loader.load(torch.class);
    test.getStore(OURS).put(PointerScope.class, new PointerScope());
  }

  @Override
  public void afterEach(ExtensionContext test) {
    test.getStore(OURS).remove(PointerScope.class, PointerScope.class).close();
  }
}
