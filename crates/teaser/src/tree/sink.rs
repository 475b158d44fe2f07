//! Builds a [`Tree`] from what the HTML standard's algorithm asks for, and counts the work.

use std::borrow::Cow;
use std::cell::{Cell, Ref, RefCell};

use html5ever::tendril::StrTendril;
use html5ever::tree_builder::{ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::{Attribute, QualName};

use super::{Element, Id, Kind, ROOT, Tree};
use crate::Refusal;

/// The greatest number of elements around a node.
pub(super) const MAX_DEPTH: usize = 512;

#[derive(Debug)]
pub(super) struct Sink {
    tree: RefCell<Tree>,
    /// Nodes and attributes that may still be made, and nodes that may still be moved: misnested tags
    /// can ask for many of them each.
    budget: Cell<usize>,
    refusal: Cell<Option<Refusal>>,
}

impl Sink {
    pub(super) fn new(budget: usize) -> Self {
        Self {
            tree: RefCell::new(Tree::new()),
            budget: Cell::new(budget),
            refusal: Cell::new(None),
        }
    }

    /// The bound that was overstepped: the page must not be parsed further.
    pub(super) fn refusal(&self) -> Option<Refusal> {
        self.refusal.get()
    }

    fn spend(&self, work: usize) {
        match self.budget.get().checked_sub(work) {
            Some(left) => self.budget.set(left),
            None => self.refuse(Refusal::TooManyNodes),
        }
    }

    fn refuse(&self, refusal: Refusal) {
        if self.refusal.get().is_none() {
            self.refusal.set(Some(refusal));
        }
    }

    fn add(&self, kind: Kind) -> Id {
        self.spend(1);
        self.tree.borrow_mut().add(kind)
    }

    // The place is behind the last child, or before `sibling`.
    fn insert(&self, parent: Id, sibling: Option<Id>, new: NodeOrText<Id>) {
        self.spend(1);
        let mut tree = self.tree.borrow_mut();
        let neighbour = match sibling {
            Some(sibling) => tree.previous(sibling),
            None => tree.nodes[parent].last,
        };
        let new = match new {
            NodeOrText::AppendNode(node) => {
                tree.detach(node);
                node
            }
            NodeOrText::AppendText(more) => {
                if let Some(Kind::Text(text)) = neighbour.map(|id| tree.kind_mut(id)) {
                    text.push_tendril(&more);
                    return;
                }
                tree.add(Kind::Text(more))
            }
        };
        match sibling {
            Some(sibling) => tree.insert_before(sibling, new),
            None => tree.append(parent, new),
        }
        if depth(&tree, parent) > MAX_DEPTH {
            self.refuse(Refusal::TooDeep);
        }
    }
}

/// The number of nodes from this one to the outermost, as far as it matters.
fn depth(tree: &Tree, from: Id) -> usize {
    std::iter::successors(Some(from), |id| tree.parent(*id))
        .take(MAX_DEPTH + 1)
        .count()
}

impl TreeSink for Sink {
    type Handle = Id;
    type Output = Tree;
    type ElemName<'a> = Ref<'a, QualName>;

    fn finish(self) -> Tree {
        self.tree.into_inner()
    }

    // Pages are read as browsers read them, errors included.
    fn parse_error(&self, _: Cow<'static, str>) {}

    fn get_document(&self) -> Id {
        ROOT
    }

    fn elem_name<'a>(&'a self, target: &'a Id) -> Ref<'a, QualName> {
        Ref::map(self.tree.borrow(), |tree| {
            &tree
                .element(*target)
                .expect("the tree builder asks for names of elements only")
                .name
        })
    }

    fn create_element(
        &self,
        name: QualName,
        attributes: Vec<Attribute>,
        flags: ElementFlags,
    ) -> Id {
        self.spend(attributes.len());
        let contents = flags.template.then(|| self.add(Kind::Contents));
        let integration_point = flags.mathml_annotation_xml_integration_point;
        let element = self.add(Kind::Element(Element {
            name,
            attributes,
            contents,
            integration_point,
        }));
        if let Some(contents) = contents {
            self.tree.borrow_mut().nodes[contents].parent = Some(element);
        }
        element
    }

    fn create_comment(&self, text: StrTendril) -> Id {
        self.add(Kind::Comment(text))
    }

    // HTML reads processing instructions as comments, so that this is asked for XML only.
    fn create_pi(&self, _: StrTendril, data: StrTendril) -> Id {
        self.add(Kind::Comment(data))
    }

    fn append(&self, parent: &Id, child: NodeOrText<Id>) {
        self.insert(*parent, None, child);
    }

    fn append_based_on_parent_node(&self, element: &Id, previous: &Id, child: NodeOrText<Id>) {
        let parent = self.tree.borrow().parent(*element);
        match parent {
            Some(parent) => self.insert(parent, Some(*element), child),
            None => self.insert(*previous, None, child),
        }
    }

    fn append_doctype_to_document(&self, name: StrTendril, public: StrTendril, system: StrTendril) {
        let doctype = self.add(Kind::Doctype {
            name,
            public,
            system,
        });
        self.tree.borrow_mut().append(ROOT, doctype);
    }

    fn get_template_contents(&self, target: &Id) -> Id {
        let tree = self.tree.borrow();
        tree.element(*target)
            .and_then(|element| element.contents)
            .unwrap_or(*target)
    }

    fn same_node(&self, one: &Id, other: &Id) -> bool {
        one == other
    }

    fn set_quirks_mode(&self, mode: QuirksMode) {
        self.tree.borrow_mut().quirks = mode;
    }

    fn append_before_sibling(&self, sibling: &Id, new: NodeOrText<Id>) {
        let parent = self.tree.borrow().parent(*sibling);
        if let Some(parent) = parent {
            self.insert(parent, Some(*sibling), new);
        }
    }

    fn add_attrs_if_missing(&self, target: &Id, attributes: Vec<Attribute>) {
        let mut tree = self.tree.borrow_mut();
        let Some(element) = tree.element_mut(*target) else {
            return;
        };
        for attribute in attributes {
            // Both lists are short: a tag has so many attributes at most, and the budget bounds the sum.
            self.spend(1 + element.attributes.len() / 8);
            if self.refusal().is_some() {
                return;
            }
            if element
                .attributes
                .iter()
                .all(|it| it.name != attribute.name)
            {
                element.attributes.push(attribute);
            }
        }
    }

    fn remove_from_parent(&self, target: &Id) {
        self.spend(1);
        self.tree.borrow_mut().detach(*target);
    }

    fn reparent_children(&self, node: &Id, new_parent: &Id) {
        let mut tree = self.tree.borrow_mut();
        while let Some(child) = tree.nodes[*node].first {
            self.spend(1);
            if self.refusal().is_some() {
                return;
            }
            tree.detach(child);
            tree.append(*new_parent, child);
        }
    }

    fn is_mathml_annotation_xml_integration_point(&self, target: &Id) -> bool {
        self.tree
            .borrow()
            .element(*target)
            .is_some_and(|element| element.integration_point)
    }

    // Shadow trees are read as the templates that they are written as, and dropped like them.
    fn allow_declarative_shadow_roots(&self, _: &Id) -> bool {
        false
    }
}
