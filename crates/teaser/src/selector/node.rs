//! An element in its tree, as the crate `selectors` looks at it.

use html5ever::Namespace;
use selectors::OpaqueElement;
use selectors::attr::{AttrSelectorOperation, CaseSensitivity, NamespaceConstraint};
use selectors::bloom::BloomFilter;
use selectors::context::MatchingContext;
use selectors::matching::ElementSelectorFlags;

use super::{Name, Names, Never, Text};
use crate::tree::{Element, Id, Kind, Tree};

/// An element in its tree.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node<'a> {
    tree: &'a Tree,
    id: Id,
    element: &'a Element,
}

impl<'a> Node<'a> {
    pub(super) fn of(tree: &'a Tree, id: Id) -> Option<Self> {
        tree.element(id).map(|element| Self { tree, id, element })
    }

    fn nearest(self, from: Option<Id>, next: impl Fn(&Tree, Id) -> Option<Id>) -> Option<Self> {
        std::iter::successors(from, |id| next(self.tree, *id))
            .find_map(|id| Self::of(self.tree, id))
    }
}

impl selectors::Element for Node<'_> {
    type Impl = Names;

    fn opaque(&self) -> OpaqueElement {
        OpaqueElement::new(self.element)
    }

    fn parent_element(&self) -> Option<Self> {
        // A template counts as parent of its contents: a selector fits there rather than not.
        self.tree
            .outer(self.id)
            .and_then(|parent| Self::of(self.tree, parent))
    }

    fn prev_sibling_element(&self) -> Option<Self> {
        self.nearest(self.tree.previous(self.id), Tree::previous)
    }

    fn next_sibling_element(&self) -> Option<Self> {
        self.nearest(self.tree.next(self.id), Tree::next)
    }

    fn first_element_child(&self) -> Option<Self> {
        self.nearest(self.tree.first(self.id), Tree::next)
    }

    fn is_html_element_in_html_document(&self) -> bool {
        self.element.is_html()
    }

    fn has_local_name(&self, name: &Name) -> bool {
        self.element.name.local == name.0
    }

    fn has_namespace(&self, namespace: &Namespace) -> bool {
        self.element.name.ns == *namespace
    }

    fn is_same_type(&self, other: &Self) -> bool {
        self.element.name.local == other.element.name.local
            && self.has_namespace(&other.element.name.ns)
    }

    fn attr_matches(
        &self,
        namespace: &NamespaceConstraint<&Namespace>,
        name: &Name,
        operation: &AttrSelectorOperation<&Text>,
    ) -> bool {
        self.element.attributes.iter().any(|attribute| {
            let there = match namespace {
                NamespaceConstraint::Any => true,
                NamespaceConstraint::Specific(namespace) => attribute.name.ns == **namespace,
            };
            there && attribute.name.local == name.0 && operation.eval_str(&attribute.value)
        })
    }

    fn has_id(&self, id: &Name, sensitivity: CaseSensitivity) -> bool {
        self.element
            .get("id")
            .is_some_and(|own| sensitivity.eq(own.as_bytes(), id.0.as_bytes()))
    }

    fn has_class(&self, name: &Name, sensitivity: CaseSensitivity) -> bool {
        let classes = self
            .element
            .get("class")
            .unwrap_or("")
            .split_ascii_whitespace();
        classes
            .into_iter()
            .any(|class| sensitivity.eq(class.as_bytes(), name.0.as_bytes()))
    }

    fn is_empty(&self) -> bool {
        let mut children =
            std::iter::successors(self.tree.first(self.id), |id| self.tree.next(*id));
        children.all(|id| matches!(self.tree.kind(id), Kind::Comment(_)))
    }

    fn is_root(&self) -> bool {
        self.tree
            .parent(self.id)
            .is_some_and(|parent| matches!(self.tree.kind(parent), Kind::Document))
    }

    fn match_non_ts_pseudo_class(&self, class: &Never, _: &mut MatchingContext<Names>) -> bool {
        match *class {}
    }

    fn match_pseudo_element(&self, element: &Never, _: &mut MatchingContext<Names>) -> bool {
        match *element {}
    }

    // Shadow trees, parts and states exist in running pages only.

    fn parent_node_is_shadow_root(&self) -> bool {
        false
    }

    fn containing_shadow_host(&self) -> Option<Self> {
        None
    }

    fn is_pseudo_element(&self) -> bool {
        false
    }

    fn is_link(&self) -> bool {
        false
    }

    fn is_html_slot_element(&self) -> bool {
        false
    }

    fn has_custom_state(&self, _: &Name) -> bool {
        false
    }

    fn imported_part(&self, _: &Name) -> Option<Name> {
        None
    }

    fn is_part(&self, _: &Name) -> bool {
        false
    }

    fn apply_selector_flags(&self, _: ElementSelectorFlags) {}

    fn add_element_unique_hashes(&self, _: &mut BloomFilter) -> bool {
        false
    }
}
