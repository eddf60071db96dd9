import Synchronization
import Tensors

/// Tensors that were put together in memory, each once.
final class AssembledTensors: Sendable {
  @safe private struct Bytes: @unchecked Sendable { let memory: UnsafeMutableRawBufferPointer }
  private let copies = Mutex<[String: Bytes]>([:])

  deinit { copies.withLock { $0.values.forEach { unsafe $0.memory.deallocate() } } }

  var byteCount: Int { copies.withLock { $0.values.reduce(0) { unsafe $0 + $1.memory.count } } }

  func bytes(
    of tensor: TensorInfo,
    _ fill: (UnsafeMutableRawBufferPointer) throws(FormatError) -> Void
  ) throws(FormatError) -> UnsafeRawBufferPointer {
    let outcome: Result<Bytes, FormatError> = copies.withLock { copies in
      if let copy = copies[tensor.name] { return .success(copy) }
      let memory = UnsafeMutableRawBufferPointer.allocate(
        byteCount: tensor.byteCount, alignment: 64)
      do throws(FormatError) {
        unsafe try fill(memory)
      } catch {
        unsafe memory.deallocate()
        return .failure(error)
      }
      copies[tensor.name] = unsafe Bytes(memory: memory)
      return .success(unsafe Bytes(memory: memory))
    }
    return unsafe UnsafeRawBufferPointer(try outcome.get().memory)
  }
}
