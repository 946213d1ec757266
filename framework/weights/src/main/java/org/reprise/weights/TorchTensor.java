package org.reprise.weights;

import java.io.IOException;
import org.bytedeco.pytorch.Tensor;

/** A tensor in a file of torch.save: a view of a storage. */
record TorchTensor(Storage storage, Storage.View view) {

  StoredTensor in(Storage.Finder finder) {
    return new StoredTensor() {
      @Override
      public TensorInfo info() {
        return TensorInfo.of(storage.type(), view.shape());
      }

      @Override
      public Tensor read() throws IOException {
        return storage.read(finder.find(storage), view);
      }
    };
  }
}
