"""Attention, recurrent cores and networks in short: what they ask for."""

import haiku as hk


class Sequential(hk.Module):
    def __init__(self, layers, name=None):
        super().__init__(name=name)
        self.layers = tuple(layers)

    def __call__(self, inputs, *args, **kwargs):
        for layer in self.layers:
            inputs = layer(inputs)


class MLP(hk.Module):
    def __init__(
        self,
        output_sizes,
        w_init=None,
        b_init=None,
        with_bias=True,
        activation=None,
        activate_final=False,
        name=None,
    ):
        super().__init__(name=name)
        self.layers = []
        for index, size in enumerate(output_sizes):
            self.layers.append(
                hk.Linear(size, with_bias=with_bias, name="linear_%d" % index)
            )

    def __call__(self, inputs, dropout_rate=None, rng=None):
        for layer in self.layers:
            inputs = layer(inputs)


class MultiHeadAttention(hk.Module):
    def __init__(
        self,
        num_heads,
        key_size,
        w_init_scale=None,
        *,
        w_init=None,
        with_bias=True,
        b_init=None,
        value_size=None,
        model_size=None,
        name=None,
    ):
        super().__init__(name=name)
        self.num_heads, self.key_size, self.with_bias = num_heads, key_size, with_bias
        self.value_size = value_size or key_size
        self.model_size = model_size or key_size * num_heads
        self.w_init = w_init

    def __call__(self, query, key, value, mask=None):
        self._linear_projection(query, self.key_size, "query")
        self._linear_projection(key, self.key_size, "key")
        self._linear_projection(value, self.value_size, "value")
        hk.Linear(self.model_size, with_bias=self.with_bias)(value)

    @hk.transparent
    def _linear_projection(self, x, head_size, name=None):
        return hk.Linear(
            self.num_heads * head_size, with_bias=self.with_bias, name=name
        )(x)


class VanillaRNN(hk.Module):
    def __init__(self, hidden_size, double_bias=True, name=None):
        super().__init__(name=name)
        self.hidden_size, self.double_bias = hidden_size, double_bias

    def __call__(self, inputs, prev_state):
        first = hk.Linear(self.hidden_size)
        second = hk.Linear(self.hidden_size, self.double_bias)
        return first(inputs), second(prev_state)


class LSTM(hk.Module):
    def __init__(self, hidden_size, name=None):
        super().__init__(name=name)
        self.hidden_size = hidden_size

    def __call__(self, inputs, prev_state):
        hk.Linear(4 * self.hidden_size)(inputs)


class GRU(hk.Module):
    def __init__(
        self, hidden_size, w_i_init=None, w_h_init=None, b_init=None, name=None
    ):
        super().__init__(name=name)
        self.hidden_size = hidden_size

    def __call__(self, inputs, state):
        hk.get_parameter("w_i")
        hk.get_parameter("w_h")
        hk.get_parameter("b")


class ConvNDLSTM(hk.Module):
    def __init__(
        self, num_spatial_dims, input_shape, output_channels, kernel_shape, name=None
    ):
        super().__init__(name=name)
        self.kernel_shape, self.dims = kernel_shape, num_spatial_dims

    def __call__(self, inputs, state):
        hk.ConvND(self.dims, 4, self.kernel_shape, name="input_to_hidden")(inputs)
        hk.ConvND(self.dims, 4, self.kernel_shape, name="hidden_to_hidden")(inputs)


class Conv1DLSTM(ConvNDLSTM):
    def __init__(self, input_shape, output_channels, kernel_shape, name=None):
        super().__init__(1, input_shape, output_channels, kernel_shape, name=name)


class Conv2DLSTM(Conv1DLSTM):
    pass


class Conv3DLSTM(Conv1DLSTM):
    pass


class IdentityCore(hk.Module):
    def __call__(self, inputs, state):
        return inputs, state


class ResetCore(hk.Module):
    def __init__(self, core, name=None):
        super().__init__(name=name)
        self.core = core

    def __call__(self, inputs, state):
        return self.core(inputs, state)


class DeepRNN(hk.Module):
    def __init__(self, layers, name=None):
        super().__init__(name=name)
        self.layers = layers

    def __call__(self, inputs, state):
        for layer in self.layers:
            layer(inputs, state)


class VectorQuantizer(hk.Module):
    def __init__(
        self,
        embedding_dim,
        num_embeddings,
        commitment_cost,
        dtype=None,
        name=None,
        cross_replica_axis=None,
    ):
        super().__init__(name=name)

    @property
    def embeddings(self):
        return hk.get_parameter("embeddings")

    def __call__(self, inputs, is_training):
        return self.embeddings


class VectorQuantizerEMA(hk.Module):
    def __init__(
        self,
        embedding_dim,
        num_embeddings,
        commitment_cost,
        decay,
        epsilon=1e-5,
        dtype=None,
        cross_replica_axis=None,
        name=None,
    ):
        super().__init__(name=name)
        self._cluster = hk.ExponentialMovingAverage(decay, name="ema_cluster_size")
        self._dw = hk.ExponentialMovingAverage(decay, name="ema_dw")

    @property
    def embeddings(self):
        return hk.get_state("embeddings", init=0)

    def __call__(self, inputs, is_training):
        if is_training:
            self._cluster(inputs)
            self._dw(inputs)
        return self.embeddings


class Deferred:
    def __init__(self, factory, call_methods=("__call__",)):
        self.factory = factory

    def __call__(self, *args, **kwargs):
        return self.factory()(*args, **kwargs)
