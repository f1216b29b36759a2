"""Haiku's own layers in short: what they make under which names, and on what it depends.

Nothing imports this: `read` follows it as it follows the files that it reads. The tests
compare each class with what Haiku's own makes.
"""

import haiku as hk


class Linear(hk.Module):
    def __init__(
        self, output_size, with_bias=True, w_init=None, b_init=None, name=None
    ):
        super().__init__(name=name)
        self.output_size, self.with_bias = output_size, with_bias

    def __call__(self, inputs, *, precision=None):
        hk.get_parameter("w")
        if self.with_bias:
            hk.get_parameter("b")


class Bias(hk.Module):
    def __init__(self, output_size=None, bias_dims=None, b_init=None, name=None):
        super().__init__(name=name)

    def __call__(self, inputs, multiplier=None):
        hk.get_parameter("b")


class Embed(hk.Module):
    def __init__(
        self,
        vocab_size=None,
        embed_dim=None,
        embedding_matrix=None,
        w_init=None,
        lookup_style="ARRAY_INDEX",
        name=None,
        precision=None,
    ):
        super().__init__(name=name)
        self.vocab_size, self.embed_dim = vocab_size, embed_dim

    @property
    def embeddings(self):
        return hk.get_parameter("embeddings")

    def __call__(self, ids, lookup_style=None, precision=None):
        return self.embeddings


class _Conv(hk.Module):
    def __call__(self, inputs, *, precision=None):
        hk.get_parameter("w")
        if self.with_bias:
            hk.get_parameter("b")


class ConvND(_Conv):
    def __init__(
        self,
        num_spatial_dims,
        output_channels,
        kernel_shape,
        stride=1,
        rate=1,
        padding="SAME",
        with_bias=True,
        w_init=None,
        b_init=None,
        data_format="channels_last",
        mask=None,
        feature_group_count=1,
        name=None,
    ):
        super().__init__(name=name)
        self.output_channels, self.with_bias = output_channels, with_bias
        self.mask = mask


class Conv1D(ConvND):
    def __init__(
        self,
        output_channels,
        kernel_shape,
        stride=1,
        rate=1,
        padding="SAME",
        with_bias=True,
        w_init=None,
        b_init=None,
        data_format="",
        mask=None,
        feature_group_count=1,
        name=None,
    ):
        super().__init__(
            1, output_channels, kernel_shape, with_bias=with_bias, mask=mask, name=name
        )


class Conv2D(Conv1D):
    pass


class Conv3D(Conv1D):
    pass


class ConvNDTranspose(_Conv):
    def __init__(
        self,
        num_spatial_dims,
        output_channels,
        kernel_shape,
        stride=1,
        output_shape=None,
        padding="SAME",
        with_bias=True,
        w_init=None,
        b_init=None,
        data_format="channels_last",
        mask=None,
        name=None,
    ):
        super().__init__(name=name)
        self.output_channels, self.with_bias = output_channels, with_bias


class Conv1DTranspose(ConvNDTranspose):
    def __init__(
        self,
        output_channels,
        kernel_shape,
        stride=1,
        output_shape=None,
        padding="SAME",
        with_bias=True,
        w_init=None,
        b_init=None,
        data_format="",
        mask=None,
        name=None,
    ):
        super().__init__(
            1, output_channels, kernel_shape, with_bias=with_bias, name=name
        )


class Conv2DTranspose(Conv1DTranspose):
    pass


class Conv3DTranspose(Conv1DTranspose):
    pass


class DepthwiseConvND(_Conv):
    def __init__(
        self,
        channel_multiplier,
        kernel_shape,
        num_spatial_dims,
        stride=1,
        padding="SAME",
        with_bias=True,
        w_init=None,
        b_init=None,
        data_format="channels_last",
        name=None,
    ):
        super().__init__(name=name)
        self.with_bias = with_bias


class DepthwiseConv1D(DepthwiseConvND):
    def __init__(
        self,
        channel_multiplier,
        kernel_shape,
        stride=1,
        padding="SAME",
        with_bias=True,
        w_init=None,
        b_init=None,
        data_format="",
        name=None,
    ):
        super().__init__(
            channel_multiplier, kernel_shape, 1, with_bias=with_bias, name=name
        )


class DepthwiseConv2D(DepthwiseConv1D):
    pass


class DepthwiseConv3D(DepthwiseConv1D):
    pass


class SeparableDepthwiseConv2D(hk.Module):
    def __init__(
        self,
        channel_multiplier,
        kernel_shape,
        stride=1,
        padding="SAME",
        with_bias=True,
        w_init=None,
        b_init=None,
        data_format="NHWC",
        name=None,
    ):
        super().__init__(name=name)
        self.conv1 = DepthwiseConv2D(channel_multiplier, 1, with_bias=False)
        self.conv2 = DepthwiseConv2D(1, 1, with_bias=with_bias)

    def __call__(self, inputs):
        return self.conv2(self.conv1(inputs))


class LayerNorm(hk.Module):
    def __init__(
        self,
        axis,
        create_scale=False,
        create_offset=False,
        eps=1e-05,
        scale_init=None,
        offset_init=None,
        use_fast_variance=False,
        name=None,
        *,
        param_axis=None,
    ):
        super().__init__(name=name)
        self.create_scale, self.create_offset = create_scale, create_offset

    def __call__(self, inputs, scale=None, offset=None):
        if self.create_scale:
            hk.get_parameter("scale")
        if self.create_offset:
            hk.get_parameter("offset")


class InstanceNorm(LayerNorm):
    def __init__(
        self,
        create_scale,
        create_offset,
        eps=1e-05,
        scale_init=None,
        offset_init=None,
        data_format="channels_last",
        name=None,
    ):
        super().__init__(
            None, create_scale=create_scale, create_offset=create_offset, name=name
        )


class GroupNorm(hk.Module):
    def __init__(
        self,
        groups,
        axis=slice(1, None),
        create_scale=True,
        create_offset=True,
        eps=1e-05,
        scale_init=None,
        offset_init=None,
        data_format="channels_last",
        name=None,
    ):
        super().__init__(name=name)
        self.create_scale, self.create_offset = create_scale, create_offset

    def __call__(self, x, scale=None, offset=None):
        if self.create_scale:
            hk.get_parameter("scale")
        if self.create_offset:
            hk.get_parameter("offset")


class RMSNorm(hk.Module):
    def __init__(
        self,
        axis,
        eps=1e-05,
        scale_init=None,
        name=None,
        create_scale=True,
        *,
        param_axis=None,
    ):
        super().__init__(name=name)
        self.create_scale = create_scale

    def __call__(self, inputs):
        if self.create_scale:
            hk.get_parameter("scale")


class ExponentialMovingAverage(hk.Module):
    def __init__(self, decay, zero_debias=True, warmup_length=0, name=None):
        super().__init__(name=name)

    def initialize(self, shape, dtype=None):
        hk.get_state("hidden", init=0)
        hk.get_state("average", init=0)

    def __call__(self, value, update_stats=True):
        hk.get_state("counter", init=0)
        hk.get_state("hidden", init=0)
        hk.get_state("average", init=0)


class BatchNorm(hk.Module):
    def __init__(
        self,
        create_scale,
        create_offset,
        decay_rate,
        eps=1e-05,
        scale_init=None,
        offset_init=None,
        axis=None,
        cross_replica_axis=None,
        cross_replica_axis_index_groups=None,
        data_format="channels_last",
        name=None,
    ):
        super().__init__(name=name)
        self.create_scale, self.create_offset = create_scale, create_offset
        self.mean_ema = ExponentialMovingAverage(decay_rate, name="mean_ema")
        self.var_ema = ExponentialMovingAverage(decay_rate, name="var_ema")

    def __call__(
        self, inputs, is_training, test_local_stats=False, scale=None, offset=None
    ):
        self.mean_ema(inputs)
        self.var_ema(inputs)
        if self.create_scale:
            hk.get_parameter("scale")
        if self.create_offset:
            hk.get_parameter("offset")


class EMAParamsTree(hk.Module):
    def __init__(
        self, decay, zero_debias=True, warmup_length=0, ignore_regex="", name=None
    ):
        super().__init__(name=name)

    def __call__(self, tree, update_stats=True):
        for path in tree:
            ExponentialMovingAverage(0.9, name=path)(tree)


class SpectralNorm(hk.Module):
    def __init__(self, eps=1e-4, n_steps=1, name=None):
        super().__init__(name=name)

    def __call__(self, value, update_stats=True, error_on_non_matrix=False):
        hk.get_state("u0", init=0)
        hk.get_state("sigma", init=0)


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
                Linear(size, with_bias=with_bias, name="linear_%d" % index)
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
        Linear(self.model_size, with_bias=self.with_bias)(value)

    @hk.transparent
    def _linear_projection(self, x, head_size, name=None):
        return Linear(
            self.num_heads * head_size, with_bias=self.with_bias, name=name
        )(x)


class VanillaRNN(hk.Module):
    def __init__(self, hidden_size, double_bias=True, name=None):
        super().__init__(name=name)
        self.hidden_size, self.double_bias = hidden_size, double_bias

    def __call__(self, inputs, prev_state):
        first = Linear(self.hidden_size)
        second = Linear(self.hidden_size, self.double_bias)
        return first(inputs), second(prev_state)


class LSTM(hk.Module):
    def __init__(self, hidden_size, name=None):
        super().__init__(name=name)
        self.hidden_size = hidden_size

    def __call__(self, inputs, prev_state):
        Linear(4 * self.hidden_size)(inputs)


class GRU(hk.Module):
    def __init__(self, hidden_size, w_i_init=None, w_h_init=None, b_init=None, name=None):
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
        ConvND(self.dims, 4, self.kernel_shape, name="input_to_hidden")(inputs)
        ConvND(self.dims, 4, self.kernel_shape, name="hidden_to_hidden")(inputs)


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


class Reshape(hk.Module):
    def __init__(self, output_shape, preserve_dims=1, name=None):
        super().__init__(name=name)

    def __call__(self, inputs):
        return inputs


class Flatten(Reshape):
    def __init__(self, preserve_dims=1, name=None):
        super().__init__((-1,), preserve_dims, name)


class AvgPool(hk.Module):
    def __init__(
        self, window_shape, strides, padding, channel_axis=-1, name=None
    ):
        super().__init__(name=name)

    def __call__(self, value):
        return value


class MaxPool(AvgPool):
    pass


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
        self._cluster = ExponentialMovingAverage(decay, name="ema_cluster_size")
        self._dw = ExponentialMovingAverage(decay, name="ema_dw")

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


class BlockV1(hk.Module):
    def __init__(
        self, channels, stride, use_projection, bn_config, bottleneck, name=None
    ):
        super().__init__(name=name)
        options = dict(bn_config)
        options.setdefault("create_scale", True)
        options.setdefault("create_offset", True)
        options.setdefault("decay_rate", 0.999)
        self.layers = []
        if use_projection:
            self.layers.append(Conv2D(4, 1, with_bias=False, name="shortcut_conv"))
            self.layers.append(self.norm("shortcut_batchnorm", options))
        for index in range(3 if bottleneck else 2):
            self.layers.append(Conv2D(4, 1, with_bias=False, name=f"conv_{index}"))
            self.layers.append(self.norm(f"batchnorm_{index}", options))

    @hk.transparent
    def norm(self, name, options):
        return BatchNorm(name=name, **options)

    def __call__(self, inputs, is_training, test_local_stats):
        for layer in self.layers:
            layer(inputs)


class BlockV2(BlockV1):
    @hk.transparent
    def norm(self, name, options):
        if name == "shortcut_batchnorm":
            return self.same
        return BatchNorm(name=name, **options)

    @hk.transparent
    def same(self, inputs):
        return inputs


class BlockGroup(hk.Module):
    def __init__(
        self,
        channels,
        num_blocks,
        stride,
        bn_config,
        resnet_v2,
        bottleneck,
        use_projection,
        name=None,
    ):
        super().__init__(name=name)
        made = BlockV2 if resnet_v2 else BlockV1
        self.blocks = []
        for i in range(num_blocks):
            first = i == 0 and use_projection
            self.blocks.append(
                made(4, 1, first, bn_config, bottleneck, name="block_%d" % i)
            )

    def __call__(self, inputs, is_training, test_local_stats):
        for block in self.blocks:
            block(inputs, is_training, test_local_stats)


class ResNet(hk.Module):
    BlockGroup, BlockV1, BlockV2 = BlockGroup, BlockV1, BlockV2

    def __init__(
        self,
        blocks_per_group,
        num_classes,
        bn_config=None,
        resnet_v2=False,
        bottleneck=True,
        channels_per_group=(256, 512, 1024, 2048),
        use_projection=(True, True, True, True),
        logits_config=None,
        name=None,
        initial_conv_config=None,
        strides=(1, 2, 2, 2),
    ):
        super().__init__(name=name)
        self.resnet_v2 = resnet_v2
        options = dict(bn_config or {})
        options.setdefault("decay_rate", 0.9)
        options.setdefault("create_scale", True)
        options.setdefault("create_offset", True)
        logits = dict(logits_config or {})
        logits.setdefault("name", "logits")
        first = dict(initial_conv_config or {})
        first.setdefault("output_channels", 64)
        first.setdefault("kernel_shape", 7)
        first.setdefault("with_bias", False)
        first.setdefault("name", "initial_conv")
        self.initial_conv = Conv2D(**first)
        if not resnet_v2:
            self.initial_batchnorm = BatchNorm(name="initial_batchnorm", **options)
        self.block_groups = []
        for i, count in enumerate(blocks_per_group):
            self.block_groups.append(
                BlockGroup(
                    4,
                    count,
                    1,
                    options,
                    resnet_v2,
                    bottleneck,
                    use_projection[i],
                    name="block_group_%d" % i,
                )
            )
        if resnet_v2:
            self.final_batchnorm = BatchNorm(name="final_batchnorm", **options)
        self.logits = Linear(num_classes, **logits)

    def __call__(self, inputs, is_training, test_local_stats=False):
        self.initial_conv(inputs)
        if not self.resnet_v2:
            self.initial_batchnorm(inputs, is_training)
        for group in self.block_groups:
            group(inputs, is_training, test_local_stats)
        if self.resnet_v2:
            self.final_batchnorm(inputs, is_training)
        self.logits(inputs)


class _NumberedResNet(ResNet):
    BLOCKS, BOTTLENECK, PROJECTION = (3, 4, 6, 3), True, (True, True, True, True)

    def __init__(
        self,
        num_classes,
        bn_config=None,
        resnet_v2=False,
        logits_config=None,
        name=None,
        initial_conv_config=None,
        strides=(1, 2, 2, 2),
    ):
        super().__init__(
            self.BLOCKS,
            num_classes,
            bn_config,
            resnet_v2,
            self.BOTTLENECK,
            use_projection=self.PROJECTION,
            logits_config=logits_config,
            name=name,
            initial_conv_config=initial_conv_config,
        )


class ResNet18(_NumberedResNet):
    BLOCKS, BOTTLENECK, PROJECTION = (2, 2, 2, 2), False, (False, True, True, True)


class ResNet34(_NumberedResNet):
    BOTTLENECK, PROJECTION = False, (False, True, True, True)


class ResNet50(_NumberedResNet):
    pass


class ResNet101(_NumberedResNet):
    BLOCKS = (3, 4, 23, 3)


class ResNet152(_NumberedResNet):
    BLOCKS = (3, 8, 36, 3)


class ResNet200(_NumberedResNet):
    BLOCKS = (3, 24, 36, 3)
