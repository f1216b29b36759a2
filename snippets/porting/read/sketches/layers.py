"""Linear layers, convolutions and pools in short: what they ask for."""

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


class Reshape(hk.Module):
    def __init__(self, output_shape, preserve_dims=1, name=None):
        super().__init__(name=name)

    def __call__(self, inputs):
        return inputs


class Flatten(Reshape):
    def __init__(self, preserve_dims=1, name=None):
        super().__init__((-1,), preserve_dims, name)


class AvgPool(hk.Module):
    def __init__(self, window_shape, strides, padding, channel_axis=-1, name=None):
        super().__init__(name=name)

    def __call__(self, value):
        return value


class MaxPool(AvgPool):
    pass
